//! A PostgreSQL server of one's own, to be stopped and started: a throw-away cluster from Debian's binaries.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Where `tests/run` says that the binaries are; with it, they must be there.
const BINARIES: &str = "GOODMEASURE_TEST_POSTGRES_BINARIES";

/// The cluster. It ends with this value.
pub struct Cluster {
    binaries: PathBuf,
    directory: TempDir,
    port: u16,
    server: Option<Child>,
}

/// The newest PostgreSQL of at least version 15 that Debian's packages put here.
fn binaries() -> Option<PathBuf> {
    if let Some(told) = std::env::var_os(BINARIES) {
        let told = PathBuf::from(told);
        assert!(told.join("initdb").exists(), "{BINARIES}: {told:?}");
        return Some(told);
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let names = versions.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let newest = names.filter_map(|name| name.parse::<u32>().ok()).max()?;
    let found = Path::new("/usr/lib/postgresql").join(format!("{newest}/bin"));
    (newest >= 15 && found.join("initdb").exists()).then_some(found)
}

impl Cluster {
    /// A running one, or none and a word about it.
    pub fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            let reason = "left out: a PostgreSQL to stop (no binaries of version 15 or later in /usr/lib/postgresql)";
            let _ = writeln!(std::io::stderr(), "{reason}");
            return None;
        };
        // Not TMPDIR: the user postgres must reach it.
        let directory = tempfile::Builder::new()
            .prefix("goodmeasure-outage.")
            .tempdir_in("/tmp")
            .unwrap();
        if is_root() {
            let owned = Command::new("chown")
                .arg("postgres")
                .arg(directory.path())
                .status();
            assert!(owned.unwrap().success());
        }
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut cluster = Self {
            binaries,
            directory,
            port,
            server: None,
        };
        let data = cluster.data();
        let made = cluster
            .as_postgres("initdb")
            .args(["-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8"])
            .arg("-D")
            .arg(&data)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&made.stderr).into_owned();
        assert!(made.status.success(), "{said}");
        cluster.begin();
        cluster.wait_until_it_answers();
        Some(cluster)
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts the server, and does not wait for it.
    pub fn begin(&mut self) {
        let data = self.data();
        let port = self.port.to_string();
        let server = self
            .as_postgres("postgres")
            .arg("-D")
            .arg(data)
            .args(["-p", &port, "-h", "127.0.0.1"])
            .args(["-c", "unix_socket_directories=", "-c", "max_connections=40"])
            // The machine goes on: what the server wrote is kept without a flush, and a commit is still written.
            .args(["-c", "fsync=off", "-c", "synchronous_commit=on"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.server = Some(server.unwrap());
    }

    fn wait_until_it_answers(&mut self) {
        let port = self.port.to_string();
        loop {
            let asked = Command::new(self.binaries.join("pg_isready"))
                .args(["-q", "-h", "127.0.0.1", "-p", &port])
                .status();
            if asked.unwrap().success() {
                return;
            }
            let ended = self.server.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "PostgreSQL did not start: {ended:?}");
        }
    }

    /// Stops the server as if it had crashed: nobody is asked, nothing is tidied up.
    pub fn stop_at_once(&mut self) {
        if let Some(mut server) = self.server.take() {
            let id = server.id().to_string();
            let _ = Command::new("kill").args(["-QUIT", &id]).status();
            let _ = server.wait();
        }
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// PostgreSQL refuses to run as root. It ends with the thread that started it, however that ends.
    fn as_postgres(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.current_dir(self.directory.path());
        if is_root() {
            command.args(["--reuid", "postgres", "--regid", "postgres"]);
            command.arg("--init-groups");
        }
        command.args(["--pdeathsig", "INT"]);
        command.arg(self.binaries.join(program));
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop_at_once();
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}
