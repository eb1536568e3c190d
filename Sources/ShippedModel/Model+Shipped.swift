import CShippedModel
import FakeGen

extension Model {
  /// Decodes the model that comes with this package, rows of Vermont addresses (models/README.md).
  ///
  /// - Returns: the model.
  /// - Throws: `ModelError` if the package was built from damaged files.
  public static func shipped() throws(ModelError) -> Model {
    try Model(
      shipped: UnsafeRawBufferPointer(
        start: fakegen_shipped_model(), count: fakegen_shipped_model_size()))
  }
}
