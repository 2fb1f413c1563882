//! Several bills of materials, and which of them is a container's.

use std::sync::Arc;

use super::{Bom, Image};
use crate::workload::Container;

/// A bill of materials as it was given.
#[derive(Debug, Clone)]
pub struct Bill {
    /// Its file's name.
    pub file: Arc<str>,
    /// The container's name or the image that it was given for, if it was given for one.
    pub given_for: Option<String>,
    /// What it says.
    pub bom: Bom,
}

/// Every bill of materials of a run.
#[derive(Debug, Clone, Default)]
pub struct Bills(pub Vec<Bill>);

/// What a container is made of.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// The packages of every bill that counts.
    pub bom: Bom,
    /// The bills name the container or its image; otherwise they name none, and count for all.
    pub is_named: bool,
}

/// How near a bill is to a container; the nearest count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// It names no image.
    Any,
    /// It names the container's image.
    Named,
    /// It was given for the container or its image.
    Given,
}

impl Bill {
    /// It was given for no container and names no image: it counts where no other does.
    pub fn is_for_all(&self) -> bool {
        self.given_for.is_none() && self.bom.image().is_none()
    }

    fn nearness(&self, container: &Container) -> Option<Nearness> {
        let image = container.image.as_ref().map(|image| image.name.as_str());
        let runs = |named: &Image| image.is_some_and(|image| named.is(image));
        match &self.given_for {
            Some(name) if *name == container.name || runs(&Image::named(name)) => Some(Nearness::Given),
            Some(_) => None,
            None if self.bom.image().is_none() => Some(Nearness::Any),
            None => runs(self.bom.image()).then_some(Nearness::Named),
        }
    }

    /// Whether it may count for a container.
    pub fn concerns(&self, container: &Container) -> bool {
        self.nearness(container).is_some()
    }
}

impl Bills {
    /// What a container is made of; `None` when no bill counts for it.
    pub fn of(&self, container: &Container) -> Option<Made> {
        let near = |bill: &Bill| bill.nearness(container);
        let nearest = self.0.iter().filter_map(near).max()?;
        let mut made = Made { bom: Bom::default(), is_named: nearest > Nearness::Any };
        for bill in self.0.iter().filter(|bill| near(bill) == Some(nearest)) {
            made.bom.absorb(&bill.bom);
        }
        Some(made)
    }
}
