import LinearAlgebra
import Ranks
import Testing

@Suite struct RankGroupTests {
  /// A process by itself sums nothing and waits for nobody.
  @Test func alone() throws {
    let group = try RankGroup.join(environment: [:])
    #expect(group.isAlone && group.isFirst && group.countOnThisMachine == 1)
    var values = [1.0, 2]
    try group.sum(&values)
    #expect(values == [1, 2])
    let moments = RowMoments(rows: Matrix([[1, 2], [3, 5], [4, 4]]))
    #expect(try group.sum(moments) == moments)
    group.leave()
  }

  /// In a build without MPI, a process started by mpirun says what to do.
  @Test func mpirunWithoutMPI() throws {
    #if !MPI
      #expect(throws: RankError.builtWithout(ranks: 4)) {
        try RankGroup.join(environment: ["OMPI_COMM_WORLD_SIZE": "4"])
      }
      #expect(RankError.builtWithout(ranks: 4).description.contains("--traits MPI"))
    #endif
  }
}
