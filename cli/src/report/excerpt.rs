//! Excerpts: a few lines around each place, with everything hidden that must be.

use std::ops::Range;
use std::rc::Rc;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use policyctl_policies::document::Span;

use super::source::SourceText;

/// Lines shown before and after a place.
const AROUND: u32 = 2;
/// Places no further apart than this share an excerpt.
const NEAR: u32 = 40;
/// A line longer than this is cut around its place.
const WIDE: usize = 400;
/// A line longer than this is shown alone: what is cut to show its place would be cut from all lines beside it.
const ALONE: usize = DEFAULT_TERM_WIDTH;

/// A place in a text, and what is said beside it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) says: Option<String>,
    /// The finding's own place.
    pub(super) primary: bool,
}

/// Some lines of a text, ready to be shown.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The number of the first line.
    pub(super) first_line: u32,
    pub(super) text: String,
    /// The marks, where they stand in `text`; lines to be shown besides have none.
    pub(super) marks: Vec<(Range<usize>, Mark)>,
    /// Lines around the marks, where they stand in `text`.
    pub(super) around: Vec<Range<usize>>,
}

/// The excerpts for some marks in one text, in the order of lines.
pub(super) fn excerpts(source: &Rc<SourceText>, mut marks: Vec<Mark>) -> Vec<Excerpt> {
    marks.sort_by_key(|mark| (mark.span.start, !mark.primary));
    let line = |mark: &Mark| source.lines.line_of(mark.span.start);
    let alone = |mark: &Mark| is_alone(source, mark);
    let near = |a: &Mark, b: &Mark| match line(b) - line(a) {
        0 => true,
        apart => apart <= NEAR && !alone(a) && !alone(b),
    };
    marks.chunk_by(near).map(|group| cut(source, group)).collect()
}

fn is_alone(source: &SourceText, mark: &Mark) -> bool {
    let line = source.lines.line(&source.text, source.lines.line_of(mark.span.start));
    line.is_some_and(|line| line.len() > ALONE)
}

fn cut(source: &SourceText, marks: &[Mark]) -> Excerpt {
    let line = |mark: &Mark| source.lines.line_of(mark.span.start);
    let beside = if marks.iter().any(|mark| is_alone(source, mark)) { 0 } else { AROUND };
    let first = marks.iter().map(line).min().unwrap_or(1).saturating_sub(beside).max(1);
    let last = (marks.iter().map(line).max().unwrap_or(1) + beside).min(source.lines.lines());
    let mut shown = Shown::default();
    let mut around = Vec::new();
    for number in first..=last {
        let start = shown.text.len();
        add_line(source, number, marks, &mut shown);
        let close = marks.iter().any(|mark| line(mark).abs_diff(number) <= beside);
        if close && start < shown.text.len() {
            around.push(start..shown.text.len());
        }
        shown.text.push('\n');
    }
    let place = |mark: &Mark| (shown.range(&first_line_of(source, mark.span)), mark.clone());
    Excerpt { first_line: first, marks: marks.iter().map(place).collect(), around, text: shown.text }
}

/// A mapping or a block spans many lines: its first tells where it is.
fn first_line_of(source: &SourceText, span: Span) -> Range<usize> {
    let (start, end) = (span.start as usize, (span.end as usize).min(source.text.len()));
    let text = source.text.get(start..end).unwrap_or_default();
    start..start + text.lines().next().unwrap_or_default().trim_end().len()
}

fn add_line(source: &SourceText, number: u32, marks: &[Mark], shown: &mut Shown) {
    let Some(line) = source.lines.line(&source.text, number) else { return };
    let start = line.as_ptr() as usize - source.text.as_ptr() as usize;
    let range = start..start + line.len();
    let here = marks.iter().map(|mark| mark.span.start as usize).find(|at| range.contains(at));
    shown.add(source, narrowed(&source.text, range, here));
}

/// A line that is too long, around what stands in it.
fn narrowed(text: &str, line: Range<usize>, here: Option<usize>) -> Range<usize> {
    if line.len() <= WIDE {
        return line;
    }
    let middle = here.unwrap_or(line.start);
    let mut start = middle.saturating_sub(WIDE / 2).max(line.start);
    let mut end = (start + WIDE).min(line.end);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// What is shown so far, and where each part of the source went.
#[derive(Default)]
struct Shown {
    text: String,
    /// Ranges of the source and of `text`, in order.
    parts: Vec<(Range<usize>, Range<usize>)>,
}

impl Shown {
    fn add(&mut self, source: &SourceText, range: Range<usize>) {
        let mut at = range.start;
        let first = source.hidden.partition_point(|hidden| hidden.range.end <= range.start);
        for hidden in source.hidden[first..].iter().take_while(|hidden| hidden.range.start < range.end) {
            let (start, end) = (hidden.range.start.max(at), hidden.range.end.min(range.end));
            self.push(at..start, source.text.get(at..start).unwrap_or_default());
            self.push(start..end, &hidden.shown);
            at = end;
        }
        self.push(at..range.end, source.text.get(at..range.end).unwrap_or_default());
    }

    fn push(&mut self, source: Range<usize>, shown: &str) {
        if source.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(shown);
        self.parts.push((source, start..self.text.len()));
    }

    /// Where a range of the source is shown; at least one character wide, where there is one.
    fn range(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start, |shown| shown.start);
        let end = self.offset(range.end, |shown| shown.end).max(start);
        if start == end { start..self.after(start) } else { start..end }
    }

    /// Where a byte of the source is shown; `edge` answers for what is hidden.
    fn offset(&self, at: usize, edge: fn(&Range<usize>) -> usize) -> usize {
        let part = self.parts.partition_point(|(source, _)| source.end < at);
        match self.parts.get(part) {
            Some((source, shown)) if source.len() == shown.len() => {
                shown.start + at.saturating_sub(source.start)
            }
            Some((_, shown)) => edge(shown),
            None => self.text.len(),
        }
    }

    fn after(&self, at: usize) -> usize {
        self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use policyctl_policies::document::LineIndex;

    use super::super::mask::Hidden;
    use super::*;

    fn source(text: &str, hidden: &[&str]) -> Rc<SourceText> {
        let range = |word: &&str| text.find(word).map(|at| at..at + word.len()).unwrap();
        let hidden = hidden.iter().map(|word| Hidden { range: range(word), shown: "****".to_owned() });
        let (lines, hidden) = (LineIndex::new(text), hidden.collect());
        Rc::new(SourceText { name: "x".into(), text: text.into(), lines, hidden })
    }

    fn mark(text: &str, word: &str) -> Mark {
        let start = u32::try_from(text.find(word).unwrap()).unwrap();
        let span = Span { start, end: start + u32::try_from(word.len()).unwrap() };
        Mark { span, says: None, primary: true }
    }

    #[test]
    fn a_mark_stands_where_its_text_is_shown() {
        let text = "a: secretsecret, b: here\n";
        let excerpts = excerpts(&source(text, &["secretsecret"]), vec![mark(text, "here")]);
        let (range, _) = &excerpts[0].marks[0];
        assert_eq!(&excerpts[0].text[range.clone()], "here");
        assert!(excerpts[0].text.starts_with("a: ****, b: here"));
    }

    #[test]
    fn a_mark_on_what_is_hidden_stands_on_its_mask() {
        let text = "a: 1\nb: secretsecret\n";
        let excerpts = excerpts(&source(text, &["secretsecret"]), vec![mark(text, "secretsecret")]);
        let (range, _) = &excerpts[0].marks[0];
        assert_eq!(&excerpts[0].text[range.clone()], "****");
    }

    #[test]
    fn places_far_apart_have_excerpts_of_their_own() {
        let text = format!("first\n{}last\n", "-\n".repeat(100));
        let excerpts = excerpts(&source(&text, &[]), vec![mark(&text, "last"), mark(&text, "first")]);
        let lines: Vec<_> =
            excerpts.iter().map(|excerpt| (excerpt.first_line, excerpt.text.lines().count())).collect();
        assert_eq!(lines, [(1, 3), (100, 4)]);
    }

    #[test]
    fn a_long_line_is_cut_around_its_place() {
        let text = format!("{}here{}", "é".repeat(5000), "é".repeat(5000));
        let excerpts = excerpts(&source(&text, &[]), vec![mark(&text, "here")]);
        let (range, _) = &excerpts[0].marks[0];
        assert_eq!(&excerpts[0].text[range.clone()], "here");
        assert!(excerpts[0].text.len() < 2 * WIDE);
    }

    #[test]
    fn a_mapping_is_marked_by_its_first_line() {
        let text = "a:\n  b: 1\n  c: 2\n";
        let excerpts = excerpts(&source(text, &[]), vec![mark(text, "b: 1\n  c: 2")]);
        let (range, _) = &excerpts[0].marks[0];
        assert_eq!(&excerpts[0].text[range.clone()], "b: 1");
    }
}
