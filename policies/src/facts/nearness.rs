//! Facts join across files: of several candidates those count that lie nearest to the workload's file.
//!
//! Near means the nearest folder that holds both. Below that folder all candidates are alike, so overlays
//! that disagree leave the fact unknown.

/// Kustomize's word for what overlays change: such a workload is at home beside its overlays.
const BASE: &str = "base";

/// Where a workload's file stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home<'f> {
    file: &'f str,
    folder: &'f str,
}

impl<'f> Home<'f> {
    /// The home of what a file holds.
    pub(super) fn of(file: &'f str) -> Self {
        Self { file, folder: before_base(folder(file)) }
    }

    /// How far away another file is: 0 the same file, then one more for each folder upwards to one that
    /// holds both.
    pub(super) fn distance(self, file: &str) -> usize {
        let in_base = self.folder.len() != folder(self.file).len();
        if file == self.file && !in_base { 0 } else { 1 + self.folders_up(file) }
    }

    /// As [`Self::distance`], without regard for the file itself.
    pub(super) fn folders_up(self, file: &str) -> usize {
        let shared = segments(self.folder).zip(segments(folder(file))).take_while(|(a, b)| a == b).count();
        segments(self.folder).count() - shared
    }
}

/// The items at the least distance.
pub(super) fn nearest<T>(items: impl IntoIterator<Item = T>, distance: impl Fn(&T) -> usize) -> Vec<T> {
    let mut least = usize::MAX;
    let mut kept = Vec::new();
    for item in items {
        let this = distance(&item);
        if this < least {
            least = this;
            kept.clear();
        }
        if this == least {
            kept.push(item);
        }
    }
    kept
}

fn folder(file: &str) -> &str {
    file.rfind(['/', '\\']).map_or("", |end| &file[..end])
}

fn before_base(folder: &str) -> &str {
    let mut start = 0;
    for segment in folder.split(['/', '\\']) {
        if segment == BASE {
            return folder[..start].trim_end_matches(['/', '\\']);
        }
        start += segment.len() + 1;
    }
    folder
}

fn segments(folder: &str) -> impl Iterator<Item = &str> {
    folder.split(['/', '\\']).filter(|segment| !segment.is_empty() && *segment != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_file_is_nearest_then_the_folder_then_what_lies_further_up() {
        let home = Home::of("apps/a/deploy.yaml");
        assert_eq!(home.distance("apps/a/deploy.yaml"), 0);
        assert_eq!(home.distance("apps/a/sa.yaml"), 1);
        assert_eq!(home.distance("apps/a/overlays/dev/sa.yaml"), 1);
        assert_eq!(home.distance("apps/sa.yaml"), 2);
        assert_eq!(home.distance("apps/b/sa.yaml"), 2);
        assert_eq!(home.distance("other/sa.yaml"), 3);
    }

    #[test]
    fn a_base_is_at_home_beside_its_overlays() {
        let home = Home::of("app/base/all.yaml");
        assert_eq!(home.distance("app/base/all.yaml"), 1);
        assert_eq!(home.distance("app/overlays/prod/sa.yaml"), 1);
        assert_eq!(home.distance("elsewhere/sa.yaml"), 2);
    }

    #[test]
    fn all_of_the_nearest_are_kept() {
        assert_eq!(nearest([3, 1, 2, 1], |n| *n), [1, 1]);
    }
}
