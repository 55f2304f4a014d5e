//! Choosing the proxy: the most specific place with the same definition, the value of the year (V8).

use std::sync::Arc;

use super::super::edition::{PublishedProxy, UnitValue};
use super::super::fault::Fault;
use super::super::place::Places;
use super::working::{WorkedPart, Working};

/// A chosen value, and why it is provisional beyond what it says itself.
pub(super) struct Chosen<'a> {
    pub(super) value: &'a Arc<UnitValue>,
    pub(super) carried_from: Option<String>,
}

/// The value of the most specific place on the way up the tree.
pub(super) fn by_place<'a>(
    published: &'a PublishedProxy,
    places: &Places,
    place: Option<&str>,
) -> Result<Chosen<'a>, Fault> {
    usable(published)?;
    let widest = published.proxy.place.as_str();
    let found = match place {
        None => published.by_place.get(widest),
        Some(code) => places
            .way_up(code)
            .find_map(|above| published.by_place.get(&above.code)),
    };
    found
        .map(|value| Chosen {
            value,
            carried_from: None,
        })
        .ok_or_else(|| no_value(published, place))
}

fn no_value(published: &PublishedProxy, place: Option<&str>) -> Fault {
    let message = format!(
        "the proxy {} holds for {} and has no value for the place {}",
        published.proxy.code,
        published.proxy.place,
        place.unwrap_or("given")
    );
    Fault::new("/place", "no_value_for_place", message)
}

/// The value of a year, or the last one known before it, carried forward and provisional.
pub(super) fn by_year<'a>(
    published: &'a PublishedProxy,
    places: &Places,
    place: Option<&str>,
    year: &str,
) -> Result<Chosen<'a>, Fault> {
    usable(published)?;
    let widest = published.proxy.place.as_str();
    let reaches = |code| places.way_up(code).any(|above| above.code == widest);
    if !place.is_none_or(reaches) {
        return Err(no_value(published, place));
    }
    // Nothing is carried forward in a series that somebody keeps up themselves: blank and missing are no values.
    let own = published.gaps.as_ref();
    if let Some(gaps) = own.filter(|_| !published.by_year.contains_key(year)) {
        let (code, told) = (&published.proxy.code, gaps.told(year));
        let message = format!("the proxy {code} has no value for {year}: {told}");
        return Err(Fault::new("/period", "no_value_for_year", message));
    }
    let upto = (std::ops::Bound::Unbounded, std::ops::Bound::Included(year));
    let (found, value) = published
        .by_year
        .range::<str, _>(upto)
        .next_back()
        .ok_or_else(|| {
            Fault::new(
                "/period",
                "no_value_for_year",
                format!("the proxy {} has no value for {year}", published.proxy.code),
            )
        })?;
    let carried_from = (found != year).then(|| found.clone());
    Ok(Chosen {
        value,
        carried_from,
    })
}

impl Working {
    /// Why this value of a proxy was taken and none of its others, in words.
    #[must_use]
    pub fn chosen_because(&self, part: &WorkedPart, proxy: &PublishedProxy) -> String {
        let value = &part.unit_value;
        let holds = &value.place;
        if let Some(year) = &value.year {
            let asked = match &part.year_weight {
                Some((asked, _)) => asked.to_string(),
                None => self.period.financial_year(),
            };
            return match *year == asked {
                true => format!("it is the value of {year}"),
                false => format!("there is none of {asked}; that of {year} is the last before it"),
            };
        }
        match &self.place {
            None => format!("no place is given, and {holds} is the widest that it holds for"),
            Some(place) if place == holds => format!("it is the value of {place} itself"),
            Some(place) if proxy.by_place.len() == 1 => {
                format!("{place} lies in {holds}, the only place that it has a value for")
            }
            Some(place) => {
                format!("{place} has none of its own; {holds} is the nearest above it that has one")
            }
        }
    }
}

fn usable(published: &PublishedProxy) -> Result<(), Fault> {
    match &published.proxy.not_yet_valued {
        None => Ok(()),
        Some(reason) => Err(Fault::new(
            "/measure",
            "not_yet_valued",
            format!(
                "the proxy {} is loaded but not valued yet: {reason}",
                published.proxy.code
            ),
        )),
    }
}
