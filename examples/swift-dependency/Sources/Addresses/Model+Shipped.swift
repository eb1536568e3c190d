import CShippedModel
import FakeGen

extension Model {
  /// The model that comes with fakegen.
  static func shipped() throws(ModelError) -> Model {
    try Model(
      bytes: Array(
        UnsafeBufferPointer(start: fakegen_shipped_model(), count: fakegen_shipped_model_size())))
  }
}
