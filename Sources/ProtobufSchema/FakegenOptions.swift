/// `fakegen/options.proto`, the options that `trainer infer` writes into messages.
enum FakegenOptions {
  /// Where `protoc` finds it, below one of its folders.
  static let path = "fakegen/options.proto"

  /// The file, as it is in the repository's `share`.
  static let text = """
    // What `trainer infer` says of a table's columns, and `trainer --schema` reads (docs/Data.md).
    syntax = "proto3";

    package fakegen;

    import "google/protobuf/descriptor.proto";

    extend google.protobuf.FieldOptions {
      // What the column is, as in "number decimals:2" or "date %Y-%m-%d".
      optional string kind = 51234;
      // Name of the column, where it cannot be a json_name.
      optional string column = 51235;
      // Whether nothing is another thing than an empty list.
      optional bool nullable = 51236;
    }

    extend google.protobuf.MessageOptions {
      // A word that is nothing in any column; an empty one alone: there is no such word.
      repeated string null_word = 51234;
      // Columns and parts of columns in the order in which they are drawn.
      repeated string order = 51235;
      // Rows in which a text must occur to be a known value.
      optional int32 minimum_count = 51236;
      // Names of keys of which each row has one at most, repeated for each group of them.
      repeated string oneof = 51237;
    }

    """

  /// Where `protoc` finds what extends the options of messages, unless it has the file.
  static let descriptorPath = "google/protobuf/descriptor.proto"

  /// As much of that file as options need, for a `protoc` that was installed without it.
  static let descriptorText = """
    syntax = "proto2";
    package google.protobuf;
    message FileOptions {
      optional string java_package = 1;
      optional string java_outer_classname = 8;
      optional bool java_multiple_files = 10;
      optional string go_package = 11;
      optional bool deprecated = 23;
      optional bool cc_enable_arenas = 31;
      optional string objc_class_prefix = 36;
      optional string csharp_namespace = 37;
      optional string swift_prefix = 39;
      extensions 1000 to max;
    }
    message MessageOptions {
      optional bool message_set_wire_format = 1;
      optional bool deprecated = 3;
      optional bool map_entry = 7;
      extensions 1000 to max;
    }
    message FieldOptions {
      optional bool packed = 2;
      optional bool deprecated = 3;
      optional bool lazy = 5;
      extensions 1000 to max;
    }
    message OneofOptions { extensions 1000 to max; }
    message EnumOptions {
      optional bool allow_alias = 2;
      optional bool deprecated = 3;
      extensions 1000 to max;
    }
    message EnumValueOptions {
      optional bool deprecated = 1;
      extensions 1000 to max;
    }

    """
}
