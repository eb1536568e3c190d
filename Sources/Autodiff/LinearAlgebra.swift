@preconcurrency import CGSL

/// Small dense linear algebra in double precision, by GSL.
public enum LinearAlgebra {
  /// Eigenvalues, largest first, and eigenvectors (columns of `vectors [n, n]`) of a symmetric
  /// matrix `[n, n]`; each vector's largest component is positive.
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

  /// Lower-triangular L with `L L^T = matrix [n, n]`; nil if the matrix is not positive definite.
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
