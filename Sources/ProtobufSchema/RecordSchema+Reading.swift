import Foundation
import Schema
import SwiftProtobuf

extension RecordSchema {
  /// Reads a record type from a `.proto` file, which `protoc` compiles, or from a descriptor set
  /// that `protoc --include_imports --descriptor_set_out=FILE` wrote.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - options: what a person says beyond the file.
  /// - Throws: `SchemaError`, one line for a person.
  public init(path: String, options: SchemaOptions = SchemaOptions()) throws(SchemaError) {
    let descriptors = try DescriptorSource.read(path: path, importPaths: options.importPaths)
    self = try SchemaBuilder.build(descriptors, options: options, path: path)
  }

  /// Reads a record type from the bytes of a descriptor set.
  ///
  /// - Parameters:
  ///   - bytes: a serialized `FileDescriptorSet`.
  ///   - name: stands for the descriptor set in errors.
  ///   - options: what a person says beyond the descriptor set.
  /// - Throws: `SchemaError`, one line for a person.
  public init(
    descriptorSet bytes: [UInt8], name: String, options: SchemaOptions = SchemaOptions()
  ) throws(SchemaError) {
    let descriptors = try DescriptorSource.parse(Data(bytes), path: name)
    self = try SchemaBuilder.build(descriptors, options: options, path: name)
  }
}
