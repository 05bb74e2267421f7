//! The built program, as an operator starts it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

use tempfile::TempDir;

/// A working directory in which the program is run again and again.
pub(crate) struct Program {
    pub(crate) directory: TempDir,
    variables: Vec<(&'static str, String)>,
}

/// What a run that has ended said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A program that is serving; it is killed when dropped.
pub(crate) struct Serving {
    child: Child,
    output: BufReader<ChildStdout>,
    // Read all the time: a program whose log nobody reads stops at a full pipe.
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    /// What it said until it was ready, and a little more on its first start.
    pub(crate) greeting: String,
    pub(crate) address: String,
}

/// The program ended with `code` and said all of this: when all went well to those who use it, else
/// to those who mend it.
#[track_caller]
pub(crate) fn check(run: &Run, code: i32, said: &[&str]) {
    assert_eq!(run.code, Some(code), "{run:?}");
    let place = if code == 0 { &run.stdout } else { &run.stderr };
    for said in said {
        assert!(place.contains(said), "{said:?} is not in {run:?}");
    }
}

impl Program {
    pub(crate) fn new(variables: &[(&'static str, &'static str)]) -> Self {
        let variables = variables.iter().map(|&(name, value)| (name, value.to_owned())).collect();
        Self { directory: tempfile::tempdir().unwrap(), variables }
    }

    /// With a variable more.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.variables.push((name, value));
        self
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, "")
    }

    /// Without a variable that tests have otherwise.
    pub(crate) fn run_without(&self, variable: &str, arguments: &[&str]) -> Run {
        finish(self.command(arguments).env_remove(variable), "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        finish(&mut self.command(arguments), input)
    }

    /// Starts serving, and returns when it says where.
    pub(crate) fn serve(&self) -> Serving {
        let mut child = self.command(&[]).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let errors = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let written = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            for line in errors.lines() {
                *written.lock().unwrap() += &(line.unwrap() + "\n");
            }
        });
        let mut greeting = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "it ended early: {greeting}");
            greeting.push_str(&line);
            if let Some((_, rest)) = line.split_once("answers at http://") {
                break rest.split(',').next().unwrap().to_owned();
            }
        };
        Serving { child, output, log, reader: Some(reader), greeting, address }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inkstone"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("INKSTONE__SERVER__LISTEN", "127.0.0.1:0")
            .env("INKSTONE__METRICS__LISTEN", "")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

impl Serving {
    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
    }

    /// Ends it with `signal`, and returns all that it said.
    pub(crate) fn stop(mut self, signal: &str) -> Run {
        self.signal(signal);
        let mut stdout = std::mem::take(&mut self.greeting);
        self.output.read_to_string(&mut stdout).unwrap();
        self.reader.take().unwrap().join().unwrap();
        let stderr = self.log();
        Run { code: self.child.wait().unwrap().code(), stdout, stderr }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn finish(command: &mut Command, input: &str) -> Run {
    let mut child = command.spawn().unwrap();
    // It may end without having read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
