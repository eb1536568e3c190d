import Records
import Schema

extension Leaf {
  /// Returns the units of the leaf's last decimal that a value stands for; 0 if it is no number.
  package func units(of value: FieldValue) -> Int64 {
    switch (value, kind) {
    case (.integer(let units), _): units
    case (.real(let real), .real(let decimals)): NumberBins.units(real, decimals: decimals)
    default: 0
    }
  }
}
