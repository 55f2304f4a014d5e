//! Connections of slow clients end. The framework times the first head of a connection and nothing after it: here
//! a client that takes no bytes, or that sends and reads so little that nothing ever ends, is let go.

use std::any::Any;
use std::cell::Cell;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream;
use actix_web::web::Bytes;
use actix_web::{Error, rt};
use socket2::{SockRef, Socket};
use tokio::sync::oneshot;

use crate::http::settings::Connections;

/// One open connection, as long as the framework holds it.
struct Connection {
    socket: Socket,
    /// Requests that wait for their answer, or whose answer is still being made.
    under_way: Cell<usize>,
    /// Rises when a request comes and when its answer is made.
    turns: Cell<u64>,
    /// Dropped with the connection.
    _open: oneshot::Sender<()>,
}

/// Takes on a new connection.
pub fn greet(limits: &Connections, stream: &dyn Any, kept: &mut Extensions) {
    let Some(stream) = stream.downcast_ref::<TcpStream>() else {
        return;
    };
    let socket = SockRef::from(stream);
    // Where the system has no such option, `quiet` still ends it.
    #[cfg(target_os = "linux")]
    if let Err(error) = socket.set_tcp_user_timeout(Some(limits.unread)) {
        tracing::warn!(%error, "a connection has no limit on unread bytes");
    }
    match socket.try_clone() {
        Ok(socket) => {
            let (open, closed) = oneshot::channel();
            let connection = Rc::new(Connection {
                socket,
                under_way: Cell::new(0),
                turns: Cell::new(0),
                _open: open,
            });
            rt::spawn(watch(Rc::downgrade(&connection), closed, limits.quiet));
            kept.insert(connection);
        }
        Err(error) => tracing::warn!(%error, "a connection is not watched"),
    }
}

/// Shuts the connection when nothing turns from one look to the next.
async fn watch(connection: Weak<Connection>, mut closed: oneshot::Receiver<()>, quiet: Duration) {
    let mut seen = None;
    while tokio::time::timeout(quiet, &mut closed).await.is_err() {
        let Some(connection) = connection.upgrade() else {
            return;
        };
        let turns = connection.turns.get();
        if connection.under_way.get() == 0 && seen == Some(turns) {
            tracing::debug!("a quiet connection is shut");
            let _ = connection.socket.shutdown(std::net::Shutdown::Both); // it may be gone already
            return;
        }
        seen = Some(turns);
    }
}

/// Counts a request as under way, from its head to the end of its answer.
struct UnderWay(Rc<Connection>);

impl UnderWay {
    fn begin(connection: &Rc<Connection>) -> Self {
        connection.under_way.set(connection.under_way.get() + 1);
        connection.turns.set(connection.turns.get() + 1);
        Self(connection.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let count = self.0.under_way.get();
        self.0.under_way.set(count.saturating_sub(1));
        self.0.turns.set(self.0.turns.get() + 1);
    }
}

/// The body of an answer, and that it is under way.
pub struct Watched {
    body: BoxBody,
    _under_way: Option<UnderWay>,
}

impl MessageBody for Watched {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

/// Tells the watch of the connection that a request is under way.
pub async fn connection(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Watched>, Error> {
    let under_way = request.conn_data::<Rc<Connection>>().map(UnderWay::begin);
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| Watched {
        body: body.boxed(),
        _under_way: under_way,
    }))
}
