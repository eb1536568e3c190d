/// Bounds on what a description may ask for, so that none takes memory or time out of proportion.
public enum ModelLimits {
  /// Most modules inside one another.
  public static let depth = 16
  /// Most leaves of a record.
  public static let leaves = 4096
  /// Most elements of a list, and of lists in lists of a row.
  public static let elements = 4096
  /// Most values of a row, those of all elements that its lists may have among them.
  public static let values = 65536
  /// Greatest width of any layer, and most codes of an alphabet.
  public static let width = 65536
  /// Most Unicode scalars of a string.
  public static let stringLength = 4096
  /// Most Gaussians of a mixture density.
  public static let mixtureComponents = 256
  /// Most scalars that one mixture density models jointly.
  public static let mixtureValues = 16
  /// Most levels of the latent loss.
  public static let levels = 4096
  /// Most digits of a real after the point.
  public static let decimals = 18
}
