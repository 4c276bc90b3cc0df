import TaskKit

/// The one symbol that the host looks for.
@_cdecl("superb_task_entry_point")
public func taskEntryPoint() -> UnsafePointer<superb_task_entry> {
  TaskLibrary.entry([
    OwnClassification.self, OwnTranscription.self, OwnVerification.self,
  ])
}
