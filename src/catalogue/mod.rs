//! What is shipped, and what users bring: reads folders of proxies, and tables, into editions. The folder `proxies/` is inside the program;
//! others are read from disk. One of the three doors where text is parsed: nothing inside checks again.

mod derivation;
mod digests;
mod edition;
mod entry;
mod files;
mod measure;
pub mod own_series;
mod proxy;
mod reference;
mod series;
pub mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::edition::{Edition, EditionId, Known, Status};
use crate::domain::fault::Fault;
use crate::domain::place::{Place, Places};
use crate::domain::series::Series;
use crate::domain::taxonomy::Taxonomy;

pub use digests::{DIGESTS_FILE, digests_text};
use files::Files;

/// A code and its title.
pub type CodeAndTitle = (String, String);

/// Everything read from one or several folders of proxies, checked and published.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// The editions.
    pub editions: BTreeMap<EditionId, Arc<Edition>>,
    /// Every release of every series.
    pub series: Vec<Series>,
    /// The places.
    pub places: Places,
    /// The taxonomies.
    pub taxonomies: Vec<Taxonomy>,
    /// Kinds of organisation.
    pub kinds: Vec<CodeAndTitle>,
    /// Scales of organisation.
    pub scales: Vec<CodeAndTitle>,
    /// Digests on record of published editions.
    recorded: BTreeMap<EditionId, String>,
}

impl Catalogue {
    /// What is inside the program.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn shipped() -> Result<Self, Vec<Fault>> {
        Self::shipped_with(&[])
    }

    /// What is inside the program and further folders of the same layout, whose editions may use shipped series.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn shipped_with(folders: &[PathBuf]) -> Result<Self, Vec<Fault>> {
        let mut all = vec![Files::shipped()?];
        for folder in folders {
            all.push(Files::of_folder(folder)?);
        }
        read(&all)
    }

    /// One folder on disk alone.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn from_folder(folder: &Path) -> Result<Self, Vec<Fault>> {
        read(&[Files::of_folder(folder)?])
    }

    /// One edition.
    #[must_use]
    pub fn edition(&self, id: &EditionId) -> Option<&Arc<Edition>> {
        self.editions.get(id)
    }

    /// The editions, newest first; drafts come after everything that is published.
    #[must_use]
    pub fn newest_first(&self) -> Vec<Arc<Edition>> {
        newest_first(self.editions.values().cloned())
    }

    /// Published editions that are not on record in `digests.toml`, or differ from what is.
    #[must_use]
    pub fn digest_faults(&self) -> Vec<Fault> {
        digests::faults(&self.editions, &self.recorded)
    }
}

/// Editions, newest first; drafts come after everything that is published.
pub fn newest_first(editions: impl IntoIterator<Item = Arc<Edition>>) -> Vec<Arc<Edition>> {
    let mut editions: Vec<Arc<Edition>> = editions.into_iter().collect();
    editions.sort_by_key(|edition| {
        let facts = edition.facts();
        let age = std::cmp::Reverse((facts.published_on, facts.id.clone()));
        (facts.status == Status::Draft, age)
    });
    editions
}

/// Reads folders one over the other: what is shared first, then the editions that rest on it.
fn read(folders: &[Files]) -> Result<Catalogue, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut catalogue = Catalogue::default();
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for files in folders {
        for place in reference::places(files, &mut faults) {
            let code = place.code.clone();
            if places.insert(code.clone(), place).is_some() {
                faults.push(twice(format!("places.toml/place/{code}"), "this place"));
            }
        }
        reference::kinds(files, &mut catalogue, &mut faults);
        for taxonomy in reference::taxonomies(files, &mut faults) {
            if catalogue
                .taxonomies
                .iter()
                .any(|one| one.code == taxonomy.code)
            {
                let at = format!("taxonomies/{}", taxonomy.code);
                faults.push(twice(at, "this taxonomy"));
            }
            catalogue.taxonomies.push(taxonomy);
        }
        for series in series::all(files, &mut faults) {
            let same = |one: &Series| one.name == series.name && one.release == series.release;
            if catalogue.series.iter().any(same) {
                let at = format!("series/{}/{}", series.name, series.release);
                faults.push(twice(at, "this release of this series"));
            }
            catalogue.series.push(series);
        }
        catalogue.recorded.extend(digests::read(files, &mut faults));
    }
    reference::trees(&places, &mut faults);
    catalogue.places = Places::new(places.into_values());
    for files in folders {
        let known = Known {
            places: &catalogue.places,
            taxonomies: &catalogue.taxonomies,
            series: &catalogue.series,
            every_measure_themed: true,
        };
        for edition in edition::all(files, known, &mut faults) {
            let id = edition.id().clone();
            if catalogue
                .editions
                .insert(id.clone(), Arc::new(edition))
                .is_some()
            {
                faults.push(twice(id.to_string(), "this edition"));
            }
        }
    }
    if faults.is_empty() {
        Ok(catalogue)
    } else {
        Err(faults)
    }
}

fn twice(at: String, what: &str) -> Fault {
    Fault::new(at, "duplicate", format!("{what} is already there"))
}
