/// Bounds on what a description may ask for, so that none takes memory or time out of proportion.
public enum ModelLimits {
  /// Modules inside modules.
  public static let depth = 16
  /// Leaves of a record.
  public static let leaves = 4096
  /// Any layer's width, and the codes of an alphabet.
  public static let width = 65536
  /// Unicode scalars of a string.
  public static let stringLength = 4096
  /// Gaussians of a mixture density.
  public static let mixtureComponents = 256
  /// Scalars that one mixture density models jointly.
  public static let mixtureValues = 16
  /// Levels of the latent loss.
  public static let levels = 4096
  /// Digits of a real after the point.
  public static let decimals = 18
}
