//! Facts join across files: of several candidates those count that lie nearest to the workload's file.
//!
//! Near means the nearest folder that holds both. Below that folder all candidates are alike, so overlays
//! that disagree leave the fact unknown.

use std::collections::BTreeMap;
use std::ops::Bound;

/// Kustomize's word for what overlays change: such a workload is at home beside its overlays.
const BASE: &str = "base";

/// Where a workload's file stands.
#[derive(Debug)]
pub(super) struct Home {
    /// Its folder, by its path alone; above a base.
    folder: String,
    /// It stands in a base, which others change.
    pub(super) in_base: bool,
}

impl Home {
    /// The home of what a file holds.
    pub(super) fn of(file: &str) -> Self {
        let folder = folder(file);
        let base = folder.split('/').position(|segment| segment == BASE);
        match base {
            Some(above) => Self { folder: first_segments(&folder, above), in_base: true },
            None => Self { folder, in_base: false },
        }
    }

    /// Its folder and those around it, outwards.
    fn folders(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.folder.as_str()), |folder| parent(folder))
    }
}

/// Items by the folder of their file, so that the nearest are found without asking all.
#[derive(Debug)]
pub(super) struct ByFolder<T>(BTreeMap<String, Vec<T>>);

impl<T> Default for ByFolder<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> ByFolder<T> {
    /// Adds what a file holds.
    pub(super) fn add(&mut self, file: &str, item: T) {
        self.0.entry(folder(file)).or_default().push(item);
    }

    /// Takes in what was gathered apart.
    pub(super) fn append(&mut self, other: Self) {
        for (folder, items) in other.0 {
            self.0.entry(folder).or_default().extend(items);
        }
    }

    /// Every item.
    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.0.values().flatten()
    }

    /// The items of the home itself, without the folders below.
    pub(super) fn of_folder(&self, home: &Home) -> impl Iterator<Item = &T> {
        self.0.get(&home.folder).into_iter().flatten()
    }

    /// The items in or below the nearest folder that has any.
    pub(super) fn nearest(&self, home: &Home) -> impl Iterator<Item = &T> {
        let mut levels = home.folders().map(|folder| self.within(folder).peekable());
        levels.find_map(|mut items| items.peek().is_some().then_some(items)).into_iter().flatten()
    }

    fn within<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a T> + use<'a, T> {
        let own = self.0.get(folder).into_iter();
        own.chain(self.0.range(below(folder)).map(|(_, items)| items)).flatten()
    }
}

/// The keys of folders below this one: `a/` and what begins with it, up to `a0`, which sorts behind it.
fn below(folder: &str) -> (Bound<String>, Bound<String>) {
    if folder.is_empty() {
        return (Bound::Excluded(String::new()), Bound::Unbounded);
    }
    (Bound::Included(format!("{folder}/")), Bound::Excluded(format!("{folder}0")))
}

/// The folder of a file with `/` between its segments; the empty text is the outermost.
fn folder(file: &str) -> String {
    let path = file.rfind(['/', '\\']).map_or("", |end| &file[..end]);
    let segments = path.split(['/', '\\']).filter(|segment| !segment.is_empty() && *segment != ".");
    segments.collect::<Vec<_>>().join("/")
}

fn first_segments(folder: &str, count: usize) -> String {
    folder.split('/').take(count).collect::<Vec<_>>().join("/")
}

/// The folder around one; the outermost has none.
fn parent(folder: &str) -> Option<&str> {
    let around = folder.rfind('/').map_or("", |end| &folder[..end]);
    (!folder.is_empty()).then_some(around)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(home: &str, files: &[&'static str]) -> Vec<&'static str> {
        let mut items = ByFolder::default();
        for file in files {
            items.add(file, *file);
        }
        items.nearest(&Home::of(home)).copied().collect()
    }

    #[test]
    fn the_folder_and_what_is_below_come_before_what_lies_further_up() {
        let home = "apps/a/deploy.yaml";
        for (files, found) in [
            (vec!["apps/a/sa.yaml", "apps/sa.yaml"], vec!["apps/a/sa.yaml"]),
            (
                vec!["apps/a/sa.yaml", "apps/a/dev/sa.yaml", "x.yaml"],
                vec!["apps/a/sa.yaml", "apps/a/dev/sa.yaml"],
            ),
            (vec!["./apps/b/sa.yaml", "apps/c/sa.yaml"], vec!["./apps/b/sa.yaml", "apps/c/sa.yaml"]),
            (vec!["apps/ab/sa.yaml", "apps/a-b/sa.yaml", "apps/a/b/sa.yaml"], vec!["apps/a/b/sa.yaml"]),
            (vec!["other/sa.yaml"], vec!["other/sa.yaml"]),
            (vec!["-"], vec!["-"]),
            (vec![], vec![]),
        ] {
            assert_eq!(nearest(home, &files), found);
        }
    }

    #[test]
    fn a_base_is_at_home_beside_its_overlays() {
        let files = ["app/base/sa.yaml", "app/overlays/prod/sa.yaml", "elsewhere/sa.yaml"];
        assert_eq!(nearest("app/base/deploy.yaml", &files), files[..2]);
    }
}
