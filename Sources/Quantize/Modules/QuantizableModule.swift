import Autodiff
import FakeGen
import FloatModel

/// A kind of module that fixed point has too.
protocol QuantizableModule: Module {
  /// Brings the module's decoder into fixed point, and what it feeds back.
  ///
  /// - Parameter input: fraction bits of the vectors that it decodes.
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule

  /// Whether a string is decoded from the module's own input.
  var decodesString: Bool { get }

  /// Names of ranges that must fit into the format of the module's own input.
  var inputs: [String] { get }

  /// Tables of feedback vectors, here and below.
  var feedbackTables: [ParameterSlot] { get }

  /// Layers whose outputs strings are decoded from, below the module.
  var stringLayers: [DenseSlots] { get }
}

extension QuantizableModule {
  var decodesString: Bool { false }
  var inputs: [String] { [] }
  var feedbackTables: [ParameterSlot] { [] }
  var stringLayers: [DenseSlots] { [] }
}

extension Module {
  /// The module as fixed point knows it. Every kind has an extension for it in this folder; the
  /// trees that have none are refused by `checkForQuantization`.
  var quantizable: any QuantizableModule {
    guard let module = self as? any QuantizableModule else {
      preconditionFailure("\(type(of: self)) has no fixed-point generator")
    }
    return module
  }
}
