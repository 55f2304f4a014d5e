//! The program itself as a process, as an operator runs it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_goodmeasure");
/// The administrator key of every server started here.
pub const KEY: &str = "gm_default_0123456789abcdef0123456789abcdef";

/// The server's process, killed when the test ends however it ends.
pub struct Server {
    pub process: Child,
    /// Where it listens: `http://address`.
    pub base: String,
}

impl Server {
    /// On a database that has its tables, with two workers.
    pub fn start(url: &str) -> Self {
        Self::start_with(url, &["--workers", "2"], None)
    }

    /// The same with other arguments, and with its log in a file.
    pub fn start_with(url: &str, arguments: &[&str], log: Option<File>) -> Self {
        let log = log.map_or_else(Stdio::null, Stdio::from);
        Self::start_as(url, arguments, &[], log)
    }

    /// The same with variables of the environment.
    pub fn start_as(url: &str, arguments: &[&str], variables: &[(&str, &str)], log: Stdio) -> Self {
        let mut process = command("serve", url)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let listening = lines.find_map(|line| {
            line.unwrap()
                .strip_prefix("listening on ")
                .map(str::to_owned)
        });
        Self {
            process,
            base: listening.expect("the server says where it listens"),
        }
    }

    /// SIGKILL: nothing of the process runs after it.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command of the program on a database.
pub fn command(name: &str, url: &str) -> Command {
    let mut command = Command::new(BINARY);
    command.arg(name).env("GOODMEASURE_DATABASE_URL", url);
    if name != "verify" {
        command.env("GOODMEASURE_ADMIN_KEY", KEY);
    }
    command
}

/// Makes the tables.
pub fn migrate(url: &str) {
    let migrated = command("migrate", url).output().unwrap();
    let said = String::from_utf8_lossy(&migrated.stderr).into_owned();
    assert!(migrated.status.success(), "{said}");
}

/// Runs `verify`, which must find nothing.
pub fn verify(url: &str, when: &str) {
    let verified = command("verify", url).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout);
    // What differs is told on one, and why it could not look on the other.
    let why = String::from_utf8_lossy(&verified.stderr);
    let status = verified.status;
    assert!(status.success(), "{when}: {status}\n{said}\n{why}");
}
