//! The sample's anchor institutions and suppliers. All of them are made up.

use crate::domain::period::parse_day;
use crate::operations::add_organisation::{OrganisationGiven, add_organisation};
use crate::operations::{Actor, Office, Refusal};
use crate::storage::Tx;

/// An organisation of the sample.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: String,
}

/// Everybody in the sample.
#[derive(Debug, Clone, Default)]
pub struct Bodies {
    /// Those who hold contracts.
    pub anchors: Vec<Body>,
    /// Those who deliver them.
    pub suppliers: Vec<Body>,
}

/// Name, kind and place.
const ANCHORS: [(&str, &str, &str); 14] = [
    ("Sefton Council", "council", "sefton"),
    ("St Helens Council", "council", "st-helens"),
    ("Knowsley Council", "council", "knowsley"),
    ("Liverpool Council", "council", "liverpool"),
    ("Warrington Council", "council", "warrington"),
    ("Wirral Council", "council", "wirral"),
    ("Halton Council", "council", "halton"),
    (
        "West Cheshire and Vale Royal Council",
        "council",
        "west-cheshire-and-vale-royal",
    ),
    (
        "Central and Eastern Cheshire Council",
        "council",
        "central-and-eastern-cheshire",
    ),
    ("Mersey and Dee Hospitals", "nhs_provider", "liverpool"),
    ("Weaver Community Health", "nhs_provider", "warrington"),
    (
        "Mersey and Dee Health Board",
        "nhs_commissioner",
        "liverpool",
    ),
    (
        "Mersey and Dee Fire and Rescue",
        "emergency_service",
        "wirral",
    ),
    ("Dee Estuary College", "education", "wirral"),
];

/// Name, kind, scale and place.
const SUPPLIERS: [(&str, &str, &str, &str); 30] = [
    ("Ainsdale Grounds Maintenance", "business", "sme", "sefton"),
    ("Bluebell Catering", "business", "sme", "st-helens"),
    ("Canalside Construction", "business", "large", "warrington"),
    ("Dunes Recovery Trust", "vcfse", "sme", "sefton"),
    ("Eastham Energy Services", "business", "large", "wirral"),
    (
        "Frodsham Fleet Hire",
        "business",
        "sme",
        "west-cheshire-and-vale-royal",
    ),
    ("Good Neighbours Knowsley", "vcfse", "sme", "knowsley"),
    ("Halton Home Care Co-operative", "vcfse", "sme", "halton"),
    ("Irwell Waste Partners", "business", "large", "warrington"),
    ("Juniper Youth Services", "vcfse", "sme", "liverpool"),
    ("Kirkby Print and Post", "business", "sme", "knowsley"),
    (
        "Lyme Park Legal",
        "business",
        "sme",
        "central-and-eastern-cheshire",
    ),
    ("Marshside Digital", "business", "sme", "sefton"),
    ("North Dock Builders", "business", "large", "liverpool"),
    ("Old Quay Facilities", "business", "large", "halton"),
    ("Peasley Training Works", "vcfse", "sme", "st-helens"),
    ("Quarry Bank Surveyors", "business", "sme", "liverpool"),
    ("Runcorn Repairs", "business", "sme", "halton"),
    ("Sankey Valley Transport", "business", "sme", "warrington"),
    (
        "Tatton Food Supplies",
        "business",
        "large",
        "central-and-eastern-cheshire",
    ),
    ("Upton Women's Network", "vcfse", "sme", "wirral"),
    ("Victoria Dock Security", "business", "sme", "liverpool"),
    ("Wallasey Wellbeing", "vcfse", "sme", "wirral"),
    ("Crosby Carers", "vcfse", "sme", "sefton"),
    ("Yew Tree Nursery Group", "business", "sme", "knowsley"),
    (
        "Winsford Workspace",
        "vcfse",
        "sme",
        "west-cheshire-and-vale-royal",
    ),
    (
        "Alderley Software",
        "business",
        "sme",
        "central-and-eastern-cheshire",
    ),
    ("Burtonwood Highways", "business", "large", "warrington"),
    (
        "Congleton Community Kitchen",
        "vcfse",
        "sme",
        "central-and-eastern-cheshire",
    ),
    (
        "Delamere Forestry",
        "business",
        "sme",
        "west-cheshire-and-vale-royal",
    ),
];

/// Adds everybody.
pub(super) async fn add(office: &Office, actor: &Actor) -> Result<Bodies, Refusal> {
    let mut bodies = Bodies::default();
    for (name, kind, place) in ANCHORS {
        let given = OrganisationGiven {
            anchor_institution: Some(true),
            ..given(name, kind, place)
        };
        bodies.anchors.push(add_one(office, actor, given).await?);
    }
    for (name, kind, scale, place) in SUPPLIERS {
        let given = OrganisationGiven {
            scale: Some(scale.to_owned()),
            ..given(name, kind, place)
        };
        bodies.suppliers.push(add_one(office, actor, given).await?);
    }
    Ok(bodies)
}

fn given(name: &str, kind: &str, place: &str) -> OrganisationGiven {
    OrganisationGiven {
        name: Some(format!("{name} (sample)")),
        kind: Some(kind.to_owned()),
        place: Some(place.to_owned()),
        ..OrganisationGiven::default()
    }
}

async fn add_one(
    office: &Office,
    actor: &Actor,
    given: OrganisationGiven,
) -> Result<Body, Refusal> {
    let at = super::morning(parse_day("2024-12-02").unwrap_or_default());
    let add =
        async |tx: &mut Tx| add_organisation(tx, office.hand(actor, at), &given, Vec::new()).await;
    let added = office.change(add).await?;
    Ok(Body {
        id: added.id,
        name: added.name,
        place: added.place.unwrap_or_default(),
    })
}
