/// What the script of `WhatIf` reads.
struct WhatIfNumbers: Encodable {
  struct Candidate: Encodable {
    let name: String
    /// Labels take no unlabeled rows from it.
    let keeps: Bool
    let risk: [Double?]
    let low: [Double?]
    let high: [Double?]
    /// Tenths of a percent of the rival's risk.
    let gain: [Int?]
    /// P(gain) in percent.
    let sure: [Int?]
    /// Estimate and ends in percent.
    let accuracy: [[Int]?]?
    /// "1" where the candidate is preferred to the rival.
    let preferred: String
  }

  let labels: [Int]
  let rows: [Int]
  let now: [Int]
  let costs: [Double]
  let rival: Int?
  let classes: Bool
  let axis: [Double]
  let best: [Int?]
  let candidates: [Candidate]
}
