//! Publications: roll-ups frozen under a title, read, opened to everybody, and compared with today.

mod asked;
mod behind;
mod difference;
mod open;
mod publish;
mod read;

pub use difference::{Because, Changed, Difference, difference};
pub use open::open;
pub use publish::{MOST_ROWS, PublicationGiven, publish};
pub use read::{
    Published, PublishedHeading, list_public, list_publications, read_public, read_publication,
};
