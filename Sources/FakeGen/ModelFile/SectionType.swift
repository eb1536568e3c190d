/// The type of a section, four ASCII characters on disk; docs/ModelFormat.md describes each.
package enum SectionType: UInt32, Sendable {
  case information = 0x4F46_4E49
  case schema = 0x4D48_4353
  case table = 0x4C42_4154
  case latent = 0x4E54_414C
  case stringLiteral = 0x4C52_5453
  case characters = 0x5241_4843
  case codeEmbedding = 0x4342_4D45
  case codeWeights = 0x5744_4F43
  case dense = 0x534E_4544
  case wideDense = 0x4544_4957
  case gru = 0x5F55_5247
  case cell = 0x4C4C_4543
  case tuple = 0x4C50_5554
  case element = 0x4D45_4C45
  case string = 0x5458_4554
  case scalars = 0x4C41_4353
  case unwhitening = 0x5449_4857
  case categorical = 0x4754_4143
  case optional = 0x4E54_504F
  case filter = 0x544C_4946
  case feedback = 0x4445_4546
  case pieces = 0x4345_4950
  case clusters = 0x5355_4C43
  case stringEncoder = 0x434E_4553
  case embedding = 0x4442_4D45
  case vocabulary = 0x4243_4F56
  case closedVocabulary = 0x4356_4F43
  case constant = 0x5453_4E43
  case mixture = 0x5458_494D
  case scalarEncoder = 0x434E_4559
  case tupleEncoder = 0x434E_4554
  case number = 0x5242_4D4E
  case rules = 0x454C_5552
  case spellings = 0x4C45_5053
  case repeated = 0x5450_4552
}
