//! Whether the program can work: asked by anybody, as often as they like.

use crate::support::app::App;
use crate::support::databases::postgres;
use crate::support::meter::Meter;

#[tokio::test]
async fn however_many_ask_the_database_is_asked_once() {
    let Some(database) = postgres() else { return };
    let meter = Meter::to(database.url()).await;
    let url = meter.url.clone();
    let app = App::start(database.through(&url)).await;
    let before = meter.statements();
    let asked = (0..50).map(|_| app.send("GET", "/readyz", &[], None));
    for answer in futures_util::future::join_all(asked).await {
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    assert_eq!(meter.statements() - before, 1, "one look at the tables");
    app.stop().await;
}
