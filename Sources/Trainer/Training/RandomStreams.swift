/// Numbers of a run's random streams; `RandomGenerator` tells them apart.
enum RandomStreams {
  static let parameters: UInt64 = 0
  /// Batches of generated rows.
  static let generation: UInt64 = 1 << 40
  /// Batches of rows decoded from the mean vectors of others.
  static let reconstruction: UInt64 = 1 << 41
  static let discriminator: UInt64 = 1 << 48

  static func worker(_ worker: Int) -> UInt64 { 1 + UInt64(worker) }

  static func epoch(_ epoch: Int) -> UInt64 { 1 << 32 + UInt64(epoch) }

  /// Draws of characters in scheduled sampling.
  static func characters(step: Int, piece: Int, of pieces: Int) -> UInt64 {
    1 << 56 + UInt64(step) * UInt64(pieces) + UInt64(piece)
  }

  /// The first of 2^20 streams of a measurement of the generated loss.
  static func generatedLoss(step: Int) -> UInt64 { 1 << 58 + UInt64(step) << 20 }

  /// Draws of generated variants.
  static func variants(step: Int, piece: Int, of pieces: Int) -> UInt64 {
    1 << 57 + UInt64(step) * UInt64(pieces) + UInt64(piece)
  }
}
