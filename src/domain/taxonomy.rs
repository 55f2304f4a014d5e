//! Themes: several taxonomies may tag the same measure, one theme each. Versioned data, never enums.

/// One theme of a taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Code in kebab case, unique in its taxonomy.
    pub code: String,
    /// Title.
    pub title: String,
    /// The theme above it.
    pub parent: Option<String>,
    /// Other tags it carries, such as `mental-health`.
    pub tags: Vec<String>,
}

/// A taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    /// Code, such as `act`.
    pub code: String,
    /// Title.
    pub title: String,
    /// Version of the list.
    pub version: String,
    /// Whether it is the one used when none is asked for.
    pub is_default: bool,
    /// A note for readers.
    pub note: Option<String>,
    /// The themes, in their own order.
    pub themes: Vec<Theme>,
}

impl Taxonomy {
    /// One theme.
    #[must_use]
    pub fn theme(&self, code: &str) -> Option<&Theme> {
        self.themes.iter().find(|theme| theme.code == code)
    }
}
