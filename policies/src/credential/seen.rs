//! A part as it was seen, with what decides which other parts it belongs to.

use super::Masked;
use super::slot::{Slot, Style};
use super::text::Found;
use super::{Carrier, Class, Part, Reader, Sighting, account, shape, value};
use crate::document::At;
use crate::workload::Reference;

/// A part of a key, before it is known what it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) sighting: Sighting,
    pub(super) group: Group,
    pub(super) style: Style,
    pub(super) reader: Reader,
    /// Whose key it is, when its name says that it is not AWS's.
    pub(super) vendor: Option<&'static str>,
    /// Evidence by itself; otherwise only beside its other half.
    pub(super) sure: bool,
    /// Its place in its list, for halves that only stand side by side.
    pub(super) order: usize,
}

/// Parts of one group belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) source: Source,
    pub(super) section: usize,
    pub(super) prefix: String,
}

/// What parts were read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The variables of a container.
    Variables,
    /// One of its command lines.
    Command(usize),
    /// Its options.
    Options,
    /// Labels, annotations and tags.
    Labels,
    /// A text at a node.
    Text(At),
}

/// Where a value stands and what carries it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) carrier: Carrier,
    pub(super) name: &'a str,
    pub(super) at: At,
    pub(super) entry: Option<At>,
    pub(super) source: Source,
    pub(super) order: usize,
}

impl Seen {
    /// A value under a name that says what it is.
    pub(super) fn in_slot(here: Spot<'_>, slot: &Slot<'_>, part: Part, class: Class) -> Self {
        Self {
            sighting: sighting(here, part, class),
            group: Group { source: here.source, section: 0, prefix: slot.prefix.to_owned() },
            style: slot.style,
            reader: slot.reader,
            vendor: slot.vendor,
            sure: slot.sure,
            order: here.order,
        }
    }

    /// A value that stands elsewhere.
    pub(super) fn referenced(here: Spot<'_>, slot: &Slot<'_>, reference: Reference, class: Class) -> Self {
        let mut seen = Self::in_slot(here, slot, slot.part, class);
        seen.sighting.reference = Some(reference);
        seen
    }

    /// A part found within a text.
    pub(super) fn found(here: Spot<'_>, found: &Found) -> Self {
        let property = found.name.as_ref().is_some_and(|name| name.property);
        let carrier = if property { Carrier::SystemProperty } else { here.carrier };
        let mut sighting = sighting(Spot { carrier, ..here }, found.part, found.class);
        sighting.shown.clone_from(&found.shown);
        sighting.account.clone_from(&found.account);
        let name = found.name.as_ref();
        Self {
            sighting,
            group: Group {
                source: here.source,
                section: found.section,
                prefix: name.map(|name| name.prefix.clone()).unwrap_or_default(),
            },
            style: name.map_or(Style::Bare, |name| name.style),
            reader: name.map_or(Reader::Nobody, |name| name.reader),
            vendor: name.and_then(|name| name.vendor),
            sure: true,
            order: here.order,
        }
    }

    /// Adds what an id shows of itself.
    pub(super) fn with_id(mut self, text: &str) -> Self {
        if self.sighting.part == Part::Id && self.sighting.class.is_issued() {
            let id = value::bare(text);
            self.sighting.shown = Some(Masked::of_id(id));
            self.sighting.account = account::of_id(id);
        }
        self
    }

    pub(super) fn part(&self) -> Part {
        self.sighting.part
    }
}

fn sighting(here: Spot<'_>, part: Part, class: Class) -> Sighting {
    Sighting {
        part,
        class,
        carrier: here.carrier,
        name: super::safe_name(here.name).into_owned(),
        at: here.at,
        entry: here.entry,
        reference: None,
        bulk: false,
        shown: None,
        account: None,
    }
}

/// A text is long enough for a secret.
pub(super) fn may_be_secret(text: &str) -> bool {
    text.len() >= shape::SECRET_LENGTH
}

/// A whole value that may be a secret, under a name that does not say so: counts only beside an id.
pub(super) fn nameless_secret(here: Spot<'_>, text: &str) -> Option<Seen> {
    if !may_be_secret(text) {
        return None;
    }
    let class = shape::secret(text.trim()).filter(|class| *class == Class::LongLived)?;
    let slot = Slot {
        part: Part::Secret,
        reader: Reader::Nobody,
        prefix: here.name.rsplit_once('_').map_or("", |(prefix, _)| prefix),
        style: Style::Bare,
        vendor: None,
        sure: false,
    };
    Some(Seen::in_slot(here, &slot, Part::Secret, class))
}
