/// The version of the package and its programs.
public enum FakeGenVersion {
  /// The version as `--version` prints it.
  public static let current = "0.1.0"
}
