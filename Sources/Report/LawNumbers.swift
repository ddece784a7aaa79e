/// What the script of `LawPage` reads.
struct LawNumbers: Encodable {
  struct Law: Encodable {
    let value: String
    let floor: Double
    let label: Double
    let base: Double
    /// m times what pre-training costs: mean, 5 % and 95 % quantile.
    let mean: Double
    let low: Double
    let high: Double
    /// Left out where there is none, for good where `never`.
    let crossover: Double?
    let never: Bool
  }

  let labeled: [Int]
  let unlabeled: [Int]
  let laws: [Law]
}
