import FloatModel

/// A failure of the `trainer` command that is nobody else's error.
enum TrainerError: Error, Hashable, CustomStringConvertible {
  case emptyTable(path: String)
  case tooFewRows(path: String, count: Int)
  case tooLarge(what: String, bytes: Int, limit: Int)
  case tooLittleSpace(path: String, bytes: Int, free: Int)
  case fileExists(path: String)
  case stringTooLong(path: String, field: String, length: Int, maximum: Int)
  case outputExists(path: String)
  case learningExists(path: String)
  case nothingToResume(path: String)
  case otherLearning(path: String, differences: [String])
  case learningFinished(path: String)
  case otherModel(path: String, what: String)
  case otherSchema(expected: [String], found: [String])
  case badShape(ModelShapeError)
  case badDescription(reason: String)
  case badModel(path: String, reason: String)
  case cannotCreate(path: String, reason: String)
  case unreadableFolder(path: String, reason: String)
  case numbersTooGreat(
    path: String, field: String, greatest: Double, decimals: Int, fitting: Int?, isInteger: Bool)
  case largeCheckpoint(bytes: Int, limit: Int, elements: Int, tupleState: Int)
  case diverged(step: Int)
  case notARun(path: String, reason: String)
  case otherData(path: String, expected: String, hash: String)
  case noCanaryField(reason: String)
  case noLikelihood(reason: String)
  case noLatents(path: String)
  case tooManyCanaries(count: Int, maximum: Int)
  case tooManyRanks(ranks: Int, pieces: Int, workersPerStep: Int)
  case largeExchange(bytes: Int, ranks: Int, pieces: Int)
  case differentRanks(rank: Int, what: String)
  /// Another rank failed, and says why.
  case otherRank(Int)

  var description: String {
    switch self {
    case .emptyTable(let path): "\(path): expected at least one record, found none"
    case .tooFewRows(let path, let count):
      "\(path): expected at least 2 rows, one to learn from and one to compare with, found \(count)"
    case .tooLarge(let what, let bytes, let limit):
      "\(what) would take \(bytes >> 20) MiB of at most \(limit >> 20): make the model smaller, or "
        + "leave columns out"
    case .tooLittleSpace(let path, let bytes, let free):
      "\(path): the run will write \(bytes >> 20) MiB, and \(free >> 20) MiB are free there; make "
        + "room, or name another folder"
    case .fileExists(let path):
      "\(path): it exists already; name other files with --output, or add --overwrite"
    case .stringTooLong(let path, let field, let length, let maximum):
      "\(path): field '\(field)': a value of \(length) characters; the preset's "
        + "maximumStringLength is \(maximum): "
        + (length <= ModelLimits.stringLength
          ? "raise it with --set maximumStringLength=\(length)"
          : "no model has more than \(ModelLimits.stringLength): shorten the values, or leave the "
            + "field out")
    case .badShape(let error): error.description
    case .badDescription(let reason): "the preset and the data make no model: \(reason)"
    case .outputExists(let path):
      "\(path): there is a run already; add --resume to go on with it, or name another folder"
    case .learningExists(let path):
      "\(path): a run was interrupted; add --resume to go on with it, or --overwrite to begin anew"
    case .nothingToResume(let path):
      "\(path): expected a checkpoint that can be resumed (run.checkpoint of a run's folder)"
    case .otherLearning(let path, let differences):
      "\(path): the interrupted run had \(differences.joined(separator: "; ")): resume with what it "
        + "was started with, or leave --resume out and add --overwrite to begin anew"
    case .learningFinished(let path):
      "\(path): the run is finished, and nothing is left to resume; leave --resume out, and add "
        + "--overwrite to learn anew"
    case .otherModel(let path, let what):
      "\(path): the checkpoint is of another run: its \(what) differ; resume with the options "
        + "that it was started with"
    case .otherSchema(let expected, let found):
      "the model's fields are \(found.joined(separator: ", ")); the schema's are "
        + "\(expected.joined(separator: ", ")): name the schema that the model was trained with"
    case .badModel(let path, let reason): "\(path): \(reason)"
    case .unreadableFolder(let path, let reason):
      "\(path): cannot read the folder of presets: \(reason); name it with --folder"
    case .cannotCreate(let path, let reason): "\(path): cannot create the folder: \(reason)"
    case .numbersTooGreat(
      let path, let field, let greatest, let decimals, let fitting, let isInteger):
      "\(path): field '\(field)': numbers up to \(greatest) with \(decimals) decimals need more "
        + "than the 64 bits of a model file: "
        + (fitting.map { "have fewer decimals with --field \(field)=decimals:\($0), or " }
          ?? (isInteger ? "model their digits with --field \(field)=digits, or " : ""))
        + "put numbers in bins with --set model.numbers.maximumBins=64"
    case .largeCheckpoint(let bytes, let limit, let elements, let tupleState):
      "the run's checkpoint would have \(bytes) bytes for \(elements) columns, at most \(limit) "
        + "are read: make the model's widths smaller, as with "
        + "--set widths.tupleState=\(max(1, tupleState / 2)), or leave columns out of the message"
    case .diverged(let step):
      "step \(step): the loss is no longer a number; lower learningRate.initial"
    case .notARun(let path, let reason): "\(path): expected a training run: \(reason)"
    case .otherData(let path, let expected, let hash):
      "\(path): its SHA-256 is \(hash.prefix(12))..., not that of the table the model was trained "
        + "on (\(expected)); name that one with --data"
    case .noCanaryField(let reason): "canaries: \(reason); name a text field with --canary-field"
    case .noLatents(let path):
      "\(path): expected a model with a latent vector, found one without, of which there is nothing "
        + "to measure; trainer evaluate compares its rows"
    case .noLikelihood(let reason): "the model's likelihood cannot be bounded: \(reason)"
    case .tooManyCanaries(let count, let maximum):
      "canaries: \(count) are more than the \(maximum) that the table's rows and the secret's "
        + "length allow; ask for fewer, or raise --canary-length"
    case .tooManyRanks(let ranks, let pieces, let workersPerStep):
      "\(ranks) ranks cannot share out \(pieces) pieces: raise the preset's pieces with "
        + "--set pieces=\((ranks - 1) / workersPerStep + 1), which changes the losses a little, "
        + "or start fewer ranks"
    case .largeExchange(let bytes, let ranks, let pieces):
      "\(ranks) ranks with \(pieces) pieces would exchange \(bytes) bytes of gradients at once, "
        + "MPI at most 2147483647: start more ranks, or --set fewer pieces or workersPerStep"
    case .differentRanks(let rank, let what):
      "rank \(rank) has other \(what) than rank 0: give all ranks the same options and files"
    case .otherRank(let rank): "rank \(rank) has failed"
    }
  }
}
