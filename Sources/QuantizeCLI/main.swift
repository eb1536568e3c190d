import Foundation
import Quantize

exit(QuantizeCommand.run(Array(CommandLine.arguments.dropFirst())))
