//! A fault of this program, met while a request is answered: the client gets a problem, not a closed connection.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use super::problem::{Code, Problem};

/// Does work to its end. Should it panic, that is where it ends: the transaction it was in is rolled back, and the
/// locks it held are let go.
///
/// # Errors
/// 500 `broken`.
pub async fn unbroken<T>(work: impl Future<Output = T>) -> Result<T, Problem> {
    let mut work = pin!(work);
    poll_fn(move |context| {
        // Nothing of the work is looked at afterwards, so nothing half done is seen.
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(broken())),
        }
    })
    .await
}

fn broken() -> Problem {
    let detail = "whether this was stored is not known: read it again before you repeat it. The log of the server says \
        where the fault is, beside the id in x-request-id";
    Problem::new(Code::Broken, detail)
}
