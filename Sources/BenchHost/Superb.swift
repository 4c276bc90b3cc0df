import ArgumentParser
import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Tensors

/// The `superb` command.
@main
struct Superb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "superb",
    abstract: "Measures how good a speech representation is.",
    discussion: """
      A frozen upstream's hidden states are extracted once, a small head is
      trained on them for each task, and one number per task goes on a
      leaderboard:

        superb run --upstream fbank_no_cmvn,mfcc --tasks ks,ic
        superb report

      Exit codes: 0 done, 1 some cells failed, 2 the input is wrong, 70 a bug
      of ours, 75 interrupted (the same command again continues).
      """,
    version: "superb \(Versions.program) (task ABI \(Versions.abi))",
    subcommands: [
      RunCommand.self, GridCommand.self, InfoCommand.self,
      RunWhileCommand.self, StatusCommand.self, CancelCommand.self,
      EvaluateCommand.self, PredictCommand.self, ProbeCommand.self,
      ReportCommand.self, CompareCommand.self,
      VerifyCommand.self, ExportCommand.self, ImportCommand.self,
      TasksCommand.self,
      UpstreamsCommand.self, ExtractCommand.self, DataCommand.self,
      CacheCommand.self, TaskCommand.self, ScoreCommand.self,
      DecodeCommand.self, LMCommand.self, RescoreCommand.self,
      BenchCommand.self, DoctorCommand.self, WorkerCommand.self,
      DescribeLibraryCommand.self, CheckCorpusCommand.self,
      ForecastCommand.self, JointTrainingCommand.self, JobCommand.self,
      ExtractShardCommand.self, RateTrainingCommand.self,
    ])

  static func main() {
    do {
      try KernelChoice.check()
      ProcessFamily.adoptOrphans()
      let words = try FamiliarWords.translated(
        Array(CommandLine.arguments.dropFirst())
      ) { StandardError.note($0) }
      var command = try parseAsRoot(words)
      try command.run()
      leave(Diagnostics.ExitCode.done)
    } catch let error as UserError {
      end("error: \(error)", code: ExitCode.userError)
    } catch let errors as UserErrors {
      end("error: \(errors)", code: ExitCode.userError)
    } catch let error as ContractBreach {
      end("error: \(error)", code: ExitCode.of(error))
    } catch let error as TaskFailure where !error.isCancellation {
      end(
        "error: \(error)",
        code: error.isBug ? ExitCode.someFailed : ExitCode.userError)
    } catch let error as OperatorError {
      end("error: \(error)", code: ExitCode.someFailed)
    } catch is Interrupted {
      end("interrupted", code: ExitCode.interrupted)
    } catch let error as CocoaError {
      // A disk or a folder that refuses: Foundation's sentence says why.
      let place = error.filePath.map { "\($0): " } ?? ""
      end(
        "error: \(place)\(error.localizedDescription)",
        code: ExitCode.userError)
    } catch let error as InternalError {
      end(
        "\(error)\nThis is a bug: please report it with the command that"
          + " showed it.", code: ExitCode.internalError)
    } catch let code as ArgumentParser.ExitCode {
      leave(code.rawValue)
    } catch {
      let isHelp = exitCode(for: error) == .success
      let text = fullMessage(for: error)
      if isHelp {
        print(text)
        leave(Diagnostics.ExitCode.done)
      }
      let isUsage = exitCode(for: error) == .validationFailure
      end(
        isUsage ? text : "internal error: \(error)",
        code: isUsage
          ? Diagnostics.ExitCode.userError
          : Diagnostics.ExitCode.internalError)
    }
  }

  private static func end(_ text: String, code: Int32) -> Never {
    StandardError.note(text)
    leave(code)
  }

  /// Ends the process without the libraries' own farewells: BLAS waits there
  /// for threads that it may have failed to start.
  private static func leave(_ code: Int32) -> Never {
    fflush(nil)
    _exit(code)
  }
}

typealias ExitCode = Diagnostics.ExitCode
