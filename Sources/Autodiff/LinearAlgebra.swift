@preconcurrency import CGSL

/// Small dense linear algebra in double precision, by GSL.
public enum LinearAlgebra {
  /// Computes the eigenvalues and eigenvectors of a symmetric matrix.
  ///
  /// - Parameters:
  ///   - matrix: `[n, n]`.
  ///   - n: its rows.
  /// - Returns: the eigenvalues, largest first, and the eigenvectors, columns of `vectors [n, n]`;
  ///   each vector's largest component is positive.
  public static func symmetricEigen(_ matrix: [Double], n: Int) -> (
    values: [Double], vectors: [Double]
  ) {
    precondition(matrix.count == n * n)
    let a = gsl_matrix_alloc(n, n)!
    let values = gsl_vector_alloc(n)!
    let vectors = gsl_matrix_alloc(n, n)!
    let workspace = gsl_eigen_symmv_alloc(n)!
    defer {
      gsl_matrix_free(a)
      gsl_vector_free(values)
      gsl_matrix_free(vectors)
      gsl_eigen_symmv_free(workspace)
    }
    for i in 0..<n {
      for j in 0..<n { gsl_matrix_set(a, i, j, matrix[i * n + j]) }
    }
    gsl_eigen_symmv(a, values, vectors, workspace)
    gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_DESC)
    var result = (values: [Double](), vectors: [Double](repeating: 0, count: n * n))
    for column in 0..<n {
      result.values.append(gsl_vector_get(values, column))
      var largest = 0.0
      for row in 0..<n {
        let component = gsl_matrix_get(vectors, row, column)
        if abs(component) > abs(largest) { largest = component }
      }
      let sign = largest < 0 ? -1.0 : 1.0
      for row in 0..<n {
        result.vectors[row * n + column] = sign * gsl_matrix_get(vectors, row, column)
      }
    }
    return result
  }

  /// Computes the symmetric square root R of a symmetric positive semi-definite matrix,
  /// `R R = matrix`. Negative eigenvalues, as rounding leaves them, count as 0.
  ///
  /// - Parameters:
  ///   - matrix: `[n, n]`.
  ///   - n: its rows.
  public static func squareRoot(_ matrix: [Double], n: Int) -> SquareRoot {
    let (values, vectors) = symmetricEigen(matrix, n: n)
    return SquareRoot(n: n, values: values.map { max($0, 0).squareRoot() }, vectors: vectors)
  }

  /// Computes the inverse of a matrix `[n, n]`; nil if it has none.
  public static func inverse(_ matrix: [Double], n: Int) -> [Double]? {
    precondition(matrix.count == n * n)
    let handler = gsl_set_error_handler_off()
    defer { gsl_set_error_handler(handler) }
    let a = gsl_matrix_alloc(n, n)!
    let result = gsl_matrix_alloc(n, n)!
    let permutation = gsl_permutation_alloc(n)!
    defer {
      gsl_matrix_free(a)
      gsl_matrix_free(result)
      gsl_permutation_free(permutation)
    }
    for i in 0..<n {
      for j in 0..<n { gsl_matrix_set(a, i, j, matrix[i * n + j]) }
    }
    var sign: Int32 = 0
    guard gsl_linalg_LU_decomp(a, permutation, &sign) == 0,
      gsl_linalg_LU_invert(a, permutation, result) == 0
    else { return nil }
    let inverse = (0..<n * n).map { gsl_matrix_get(result, $0 / n, $0 % n) }
    return inverse.allSatisfy(\.isFinite) ? inverse : nil
  }

  /// Computes the lower-triangular L with `L L^T = matrix [n, n]`; nil if the matrix is not
  /// positive definite.
  public static func cholesky(_ matrix: [Double], n: Int) -> [Double]? {
    precondition(matrix.count == n * n)
    let handler = gsl_set_error_handler_off()
    defer { gsl_set_error_handler(handler) }
    let a = gsl_matrix_alloc(n, n)!
    defer { gsl_matrix_free(a) }
    for i in 0..<n {
      for j in 0..<n { gsl_matrix_set(a, i, j, matrix[i * n + j]) }
    }
    guard gsl_linalg_cholesky_decomp1(a) == 0 else { return nil }
    var factor = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i { factor[i * n + j] = gsl_matrix_get(a, i, j) }
    }
    return factor
  }
}

/// A symmetric square root by its eigenvalues.
public struct SquareRoot: Sendable {
  let n: Int
  /// Eigenvalues of the root.
  let values: [Double]
  /// Eigenvectors, the columns of `[n, n]`.
  let vectors: [Double]

  /// The root `[n, n]`.
  public var matrix: [Double] {
    var scaled = vectors
    for i in scaled.indices { scaled[i] *= values[i % n] }
    return product(scaled, vectors, transposeRight: true)
  }

  /// Computes the gradient of a function with respect to the matrix from that with respect to its
  /// root: the solution X of `R X + X R = gradient`.
  ///
  /// - Parameter gradient: `[n, n]`, symmetric.
  /// - Returns: `[n, n]`.
  public func matrixGradient(_ gradient: [Double]) -> [Double] {
    // In the eigenvectors' basis X[i, j] = gradient[i, j] / (r[i] + r[j]).
    var inner = product(vectors, product(gradient, vectors), transposeLeft: true)
    for i in 0..<n {
      for j in 0..<n {
        inner[i * n + j] /= max(values[i] + values[j], .leastNormalMagnitude)
      }
    }
    return product(product(vectors, inner), vectors, transposeRight: true)
  }

  private func product(
    _ a: [Double], _ b: [Double], transposeLeft: Bool = false, transposeRight: Bool = false
  ) -> [Double] {
    var result = [Double](repeating: 0, count: n * n)
    Double.multiply(
      transposeA: transposeLeft, transposeB: transposeRight, m: n, n: n, k: n, alpha: 1, a: a,
      lda: n, b: b, ldb: n, beta: 0, c: &result, ldc: n)
    return result
  }
}
