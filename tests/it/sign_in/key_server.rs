//! A key server on loopback, which counts what it is asked and can be told to misbehave.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer, rt};
use serde_json::{Value, json};

/// What it answers when it is asked for its keys.
#[derive(Clone)]
pub enum Says {
    Body(String),
    Status(u16),
    Redirect(String),
    Nothing,
}

pub struct KeyServer {
    pub address: String,
    asked: Arc<AtomicUsize>,
    says: Data<Mutex<Says>>,
    described: Data<Mutex<Option<Value>>>,
    handle: Mutex<Option<ServerHandle>>,
}

impl KeyServer {
    /// Starts one that answers this.
    pub fn start(says: Says) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            asked: Arc::default(),
            says: Data::new(Mutex::new(says)),
            described: Data::new(Mutex::new(None)),
            handle: Mutex::new(None),
        };
        server.serve(listener);
        server
    }

    /// Starts one with keys.
    pub fn with(keys: &[&super::issuer::TestKey]) -> Self {
        Self::start(Says::Body(super::issuer::set(keys)))
    }

    fn serve(&self, listener: TcpListener) {
        let (says, described) = (self.says.clone(), self.described.clone());
        let asked = Arc::clone(&self.asked);
        let (told, hears) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let asked = Data::from(Arc::clone(&asked));
                    App::new()
                        .app_data(says.clone())
                        .app_data(described.clone())
                        .app_data(asked)
                        .route("/keys", web::get().to(keys))
                        .route(
                            "/.well-known/openid-configuration",
                            web::get().to(description),
                        )
                });
                let server = server.workers(1).disable_signals();
                let server = server.listen(listener).unwrap().run();
                told.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        *self.handle.lock().unwrap() = Some(hears.recv().unwrap());
    }

    /// How often it was asked for its keys.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// What it answers from now on.
    pub fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    /// How it describes itself from now on.
    pub fn describe(&self, description: Value) {
        *self.described.lock().unwrap() = Some(description);
    }

    /// Closes its port.
    pub async fn go_down(&self) {
        let handle = self.handle.lock().unwrap().take().unwrap();
        handle.stop(false).await;
    }

    /// Opens it again.
    pub fn come_back(&self) {
        let address = self.address.trim_start_matches("http://");
        self.serve(TcpListener::bind(address).unwrap());
    }
}

async fn keys(says: Data<Mutex<Says>>, asked: Data<AtomicUsize>) -> HttpResponse {
    asked.fetch_add(1, Ordering::SeqCst);
    let says = says.lock().unwrap().clone();
    match says {
        Says::Body(body) => HttpResponse::Ok()
            .content_type("application/json")
            .body(body),
        Says::Status(status) => {
            HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap()).finish()
        }
        Says::Redirect(to) => HttpResponse::Found()
            .insert_header(("location", to))
            .finish(),
        Says::Nothing => std::future::pending().await,
    }
}

async fn description(described: Data<Mutex<Option<Value>>>) -> HttpResponse {
    let described = described.lock().unwrap().clone();
    HttpResponse::Ok().json(described.unwrap_or_else(|| json!({})))
}
