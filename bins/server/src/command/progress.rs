//! What is going on, for those who watch: a terminal sees it move, everybody else sees nothing.

use std::{ops::ControlFlow, time::Duration};

use indicatif::ProgressBar;

/// A line that moves until it is dropped.
pub(super) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn start() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    pub(super) fn step(&self, text: impl Into<std::borrow::Cow<'static, str>>) {
        self.0.set_message(text);
    }

    /// Shows how far a database is copied.
    pub(super) fn copying(
        &self,
    ) -> impl FnMut(inkstone_storage::backup::Progress) -> ControlFlow<()> {
        |progress| {
            let percent = progress.copied * 100 / progress.pages.max(1);
            self.step(if percent == 100 {
                "Checking".into()
            } else {
                format!("Copying, {percent} %")
            });
            ControlFlow::Continue(())
        }
    }

    /// Lets `work` print lines.
    pub(super) fn pause(&self, work: impl FnOnce()) {
        self.0.suspend(work);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
