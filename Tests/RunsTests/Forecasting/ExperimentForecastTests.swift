import Testing
import Upstreams

@testable import Runs

@Suite struct ExperimentForecastTests {
  private func forecast(
    _ marks: [UInt64], _ view: FeatureView
  ) -> ExperimentForecast {
    var forecast = ExperimentForecast()
    (forecast.marks, forecast.view) = (marks, view)
    forecast.utterances = marks.count
    forecast.missing = marks.count
    forecast.extractionSeconds = Double(marks.count)
    forecast.featureBytes = marks.count * 100
    forecast.checkpointBytes = 7
    forecast.trainingSeconds = 3
    return forecast
  }

  @Test func whatAnotherTaskStoresIsNeitherComputedNorStoredAgain() {
    var known: [FeatureView: Set<UInt64>] = [:]
    let pooled = FeatureView(pooling: .meanPooled)
    var first = forecast([1, 2, 3, 4], FeatureView())
    first.share(with: &known)
    #expect(first.missing == 4 && first.seconds == 7)
    #expect(first.diskBytes == 407)

    var second = forecast([3, 4, 5, 6], FeatureView())
    second.share(with: &known)
    #expect(second.missing == 2 && second.seconds == 5)
    #expect(second.diskBytes == 207)

    // Pooled from what is stored whole, and stored again.
    var third = forecast([1, 2, 3, 9], pooled)
    third.share(with: &known)
    #expect(third.missing == 1 && third.extractionSeconds == 1)
    #expect(third.featureBytes == 400)

    // What is stored pooled is of no use to whom the frames matter.
    var fourth = forecast([9], FeatureView())
    fourth.share(with: &known)
    #expect(fourth.missing == 1 && fourth.featureBytes == 100)
  }
}
