//! What is measured on: a fresh database, a partnership, bodies and contracts, and two servers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::middleware::{Condition, from_fn};
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;
use goodmeasure::catalogue::Catalogue;
use goodmeasure::domain::moment::Moment;
use goodmeasure::http;
use goodmeasure::operations::add_contract::{ContractGiven, ShareGiven, add_contract};
use goodmeasure::operations::add_organisation::{OrganisationGiven, add_organisation};
use goodmeasure::operations::keys::{KeyGiven, make_key};
use goodmeasure::operations::open_partnership::open_partnership;
use goodmeasure::operations::{Actor, Office};
use goodmeasure::storage::{OpenOptions, Store, Tx};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// Everybody's key.
pub const KEY: &str = "gm_default_0123456789abcdef0123456789abcdef";

/// A partnership of one supplier and some anchor institutions.
pub struct World {
    pub office: Office,
    pub actor: Actor,
    pub url: String,
    pub anchors: Vec<String>,
    supplier: String,
    contracts: AtomicUsize,
    /// Removed with it.
    _folder: Option<TempDir>,
}

fn now() -> Moment {
    Moment::from_micros(chrono::Utc::now().timestamp_micros())
}

fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// An office over a database that is there.
pub async fn office(url: &str) -> anyhow::Result<Office> {
    let store = Store::open(url, None, OpenOptions::default()).await?;
    let Ok(catalogue) = Catalogue::shipped() else {
        anyhow::bail!("the proxies are at fault");
    };
    Ok(Office::new(store, Arc::new(catalogue), now, new_id))
}

impl World {
    /// On SQLite, in a file on the disk of the build.
    pub async fn on_sqlite(anchors: usize) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let file = folder.path().join("goodmeasure.db");
        std::fs::File::create(&file)?;
        Self::on(
            format!("sqlite://{}", file.display()),
            Some(folder),
            anchors,
        )
        .await
    }

    /// On PostgreSQL, in a database of its own, where a server is named.
    pub async fn on_postgres(anchors: usize) -> anyhow::Result<Option<Self>> {
        let Ok(server) = std::env::var("GOODMEASURE_TEST_POSTGRES") else {
            return Ok(None);
        };
        let name = format!("gm_{}", uuid::Uuid::now_v7().simple());
        let mut connection = PgConnection::connect(&server).await?;
        // The name holds only letters, digits and underscores.
        let create = sqlx::AssertSqlSafe(format!("create database {name}"));
        sqlx::raw_sql(create).execute(&mut connection).await?;
        let (address, _) = server.rsplit_once('/').context("a URL with a database")?;
        Ok(Some(
            Self::on(format!("{address}/{name}"), None, anchors).await?,
        ))
    }

    async fn on(url: String, folder: Option<TempDir>, anchors: usize) -> anyhow::Result<Self> {
        let office = office(&url).await?;
        office.store.migrate().await?;
        open_partnership(&office, "default", Some(KEY), now()).await?;
        let mut world = Self {
            office,
            url,
            actor: Actor::administrator("default", "bench"),
            anchors: Vec::new(),
            supplier: String::new(),
            contracts: AtomicUsize::new(0),
            _folder: folder,
        };
        world.supplier = world.organisation("Supplier", "business", false).await?;
        for number in 0..anchors {
            let name = format!("Anchor {number}");
            let anchor = world.organisation(&name, "council", true).await?;
            world.anchors.push(anchor);
        }
        Ok(world)
    }

    async fn organisation(&self, name: &str, kind: &str, anchor: bool) -> anyhow::Result<String> {
        let given = OrganisationGiven {
            name: some(name),
            kind: some(kind),
            anchor_institution: Some(anchor),
            ..OrganisationGiven::default()
        };
        let (office, actor) = (&self.office, &self.actor);
        let add = async |tx: &mut Tx| {
            add_organisation(tx, office.hand(actor, now()), &given, Vec::new()).await
        };
        let made = office.change(add).await?;
        Ok(made.id)
    }

    /// A contract of four years that one anchor institution holds: its id.
    pub async fn contract(&self) -> anyhow::Result<String> {
        let number = self.contracts.fetch_add(1, Ordering::Relaxed);
        self.contract_of(&[number]).await
    }

    /// The same of one or several anchor institutions, by their numbers, at equal shares.
    pub async fn contract_of(&self, holders: &[usize]) -> anyhow::Result<String> {
        let share = |number: &usize| ShareGiven {
            organisation: self
                .anchors
                .get(number % self.anchors.len().max(1))
                .cloned(),
            share: Some(format!("1/{}", holders.len())),
        };
        let given = ContractGiven {
            reference: Some(format!("B-{}", (new_id)())),
            title: some("A contract"),
            anchor_institutions: Some(holders.iter().map(share).collect()),
            supplier: some(&self.supplier),
            value: some("1500000.00"),
            starts_on: some("2025-04-01"),
            ends_on: some("2029-03-31"),
            place: some("halton"),
            proxy_edition: some("open-uk/2026"),
            reporting: some("quarterly"),
            ..ContractGiven::default()
        };
        let (office, actor) = (&self.office, &self.actor);
        let add = async |tx: &mut Tx| {
            add_contract(tx, office.hand(actor, now()), &given, Vec::new()).await
        };
        let made = office.change(add).await?;
        Ok(made.id)
    }

    /// A key of a commissioner of the first few anchor institutions.
    pub async fn key_of_commissioner(&self, anchors: usize) -> anyhow::Result<String> {
        let given = KeyGiven {
            name: some("commissioner"),
            role: some("commissioner"),
            organisations: self
                .anchors
                .iter()
                .take(anchors)
                .cloned()
                .map(Some)
                .collect(),
            ..KeyGiven::default()
        };
        let (office, actor) = (&self.office, &self.actor);
        let make =
            async |tx: &mut Tx| make_key(tx, office.hand(actor, now()), &given, Vec::new()).await;
        let made = office.change(make).await?;
        Ok(made.text.reveal().to_owned())
    }

    /// The supplier of every contract.
    pub fn supplier(&self) -> &str {
        &self.supplier
    }

    /// The server that is sold, with one worker; it counts how much is asked and never says that it is too much.
    pub fn serve(&self) -> anyhow::Result<SocketAddr> {
        let listening = http::listen(self.office.clone(), "127.0.0.1:0", 1, countless())?;
        let address = listening.address;
        in_a_thread(listening.server);
        Ok(address)
    }
}

/// A server of the bench, with one worker, that answers this body at the path of roll-ups to whoever the access
/// check of the server that is sold lets through, or to anybody.
pub fn serve_checked(office: Office, body: String, is_checked: bool) -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (office, body) = (
        web::Data::new(office),
        web::Data::new(web::Bytes::from(body)),
    );
    let server = HttpServer::new(move || {
        App::new()
            .wrap(Condition::new(is_checked, from_fn(http::access)))
            .app_data(office.clone())
            .app_data(body.clone())
            .route(
                "/v1/roll-ups",
                web::get().to(|body: web::Data<web::Bytes>| async move {
                    HttpResponse::Ok()
                        .content_type("application/json")
                        .body(web::Bytes::clone(&body))
                }),
            )
    });
    in_a_thread(server.workers(1).listen(listener)?.run());
    Ok(address)
}

/// A server of the bench, with one worker: `GET /fixed` answers this body; `POST /parse` parses what it is sent
/// and answers this body.
pub fn serve_fixed(body: String) -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let json = |body: &web::Data<String>| {
        HttpResponse::Ok()
            .content_type("application/json")
            .body(body.as_str().to_owned())
    };
    let body = web::Data::new(body);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(body.clone())
            .route(
                "/fixed",
                web::get().to(move |body| async move { json(&body) }),
            )
            .route(
                "/parse",
                web::post().to(move |sent: web::Bytes, body| async move {
                    match serde_json::from_slice::<serde_json::Value>(&sent) {
                        Ok(value) => {
                            std::hint::black_box(value);
                            json(&body)
                        }
                        Err(_) => HttpResponse::BadRequest().finish(),
                    }
                }),
            )
    });
    in_a_thread(server.workers(1).listen(listener)?.run());
    Ok(address)
}

/// Runs until the process ends.
fn in_a_thread(server: actix_web::dev::Server) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.map(|runtime| runtime.block_on(server))
    });
}

/// Settings whose limits nothing here reaches.
fn countless() -> http::Settings {
    let many = http::Rate::read("1000000000/1").unwrap_or(http::Rate::Unlimited);
    http::Settings {
        rates: http::Rates {
            address: many,
            holder: many,
            failures: many,
        },
        ..http::Settings::default()
    }
}
