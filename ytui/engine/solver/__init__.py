"""The JavaScript challenge solver that all jobs share: one shut-in deno a runtime, owned by the engine."""
