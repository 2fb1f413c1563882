//! YAML streams into the tree.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::builder::{Bound, Builder, Kind, number};
use super::parts;
use super::position::Span;
use super::source::Source;
use super::tree::{At, Document, Style, Text};
use super::{Limits, Stream, Unreadable};

/// More documents than any real input has; each costs memory beyond its nodes.
const MOST_DOCUMENTS: usize = 200_000;

/// Reads the documents of a stream; after one that cannot be read, goes on at the next `---`.
pub(super) fn parse(source: &Source, limits: Limits) -> Stream {
    let parser = Parser::new_from_str_with_options(&source.text, options(limits));
    let builder = Builder::new(&source.text, limits);
    let mut reader = Reader { source, parser, builder, empty: true, stream: Stream::new() };
    reader.run();
    reader.stream
}

fn options(limits: Limits) -> granit_parser::Options {
    granit_parser::options! {
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
        // The defaults refuse licence headers of a hundred lines, and keys that JSON tools write.
        max_buffered_comment_events: 1_000_000,
        simple_key_max_lookahead: 1 << 16,
    }
}

struct Reader<'t> {
    source: &'t Source,
    parser: Parser<'t, StrInput<'t>>,
    builder: Builder<'t>,
    /// The document under way has nothing in it.
    empty: bool,
    stream: Stream,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(event) = self.parser.next_event() {
            let taken = match event {
                Ok((event, span)) => self.take(event, span),
                Err(error) => Err(self.refused(&error)),
            };
            if let Err(unreadable) = taken {
                self.builder.take();
                self.stream.push(Err(unreadable));
                if self.parser.proceed_next_document() != Ok(true) {
                    return;
                }
            }
            if self.stream.len() >= MOST_DOCUMENTS {
                return self.stop();
            }
        }
    }

    fn stop(&mut self) {
        let reason = format!("the input has {MOST_DOCUMENTS} documents or more; the rest was not read");
        self.stream.push(Err(self.source.unreadable(0, reason)));
    }

    fn take(&mut self, event: Event<'_>, span: granit_parser::Span) -> Result<(), Unreadable> {
        let bytes = bytes_of(span);
        self.build(event, span)
            .map_err(|bound| self.source.unreadable(bytes.start as usize, bound.to_string()))
    }

    fn build(&mut self, event: Event<'_>, span: granit_parser::Span) -> Result<(), Bound> {
        let bytes = bytes_of(span);
        match event {
            Event::DocumentStart(..) => self.start_document(bytes.start),
            Event::DocumentEnd => self.end_document(bytes.start),
            Event::StreamEnd => self.end_stream(),
            Event::Comment(..) => self.builder.arena.comments.push(bytes),
            Event::Alias(anchor) => self.builder.alias(anchor, bytes.end)?,
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, bytes, anchor, tag)?,
            Event::SequenceStart(_, anchor, tag) => self.open(Kind::Sequence, bytes, anchor, tag)?,
            Event::MappingStart(_, anchor, tag) => self.open(Kind::Mapping, bytes, anchor, tag)?,
            Event::SequenceEnd | Event::MappingEnd => self.builder.close(self.flow_end(bytes)),
            _ => {}
        }
        Ok(())
    }

    fn open(
        &mut self,
        kind: Kind,
        span: Span,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
    ) -> Result<(), Bound> {
        self.empty = false;
        let at = self.builder.open(kind, self.collection_start(kind, span.start))?;
        self.properties(at, anchor, tag);
        Ok(())
    }

    /// The parser lets a list as deep as its key start at its first item; here it starts at the dash.
    fn collection_start(&self, kind: Kind, start: u32) -> u32 {
        if kind == Kind::Mapping || self.builder.open_kind() != Some(Kind::Mapping) {
            return start;
        }
        let before = self.source.text.get(..start as usize).unwrap_or_default();
        let dash = before.trim_end_matches([' ', '\t']).strip_suffix('-').map(str::len);
        dash.map_or(start, number)
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        span: Span,
        anchor: usize,
        tag: Option<Cow<'_, Tag>>,
    ) -> Result<(), Bound> {
        let absent = span.start == span.end && style == ScalarStyle::Plain;
        self.empty &= absent && self.builder.open_kind().is_none();
        let (style, span) = if absent { self.absent(span) } else { self.placed(style, span) };
        let text = if absent { Text::Source(span) } else { self.text(text, style, span) };
        let at = self.builder.scalar(text, style, span)?;
        self.properties(at, anchor, tag);
        Ok(())
    }

    fn properties(&mut self, at: At, anchor: usize, tag: Option<Cow<'_, Tag>>) {
        if anchor != 0 {
            self.builder.anchor(anchor, at);
        }
        if let Some(tag) = tag {
            self.builder.tag(at, tag.original());
        }
    }

    /// Points into the input where the text stands there as it is.
    fn text(&mut self, text: &str, style: Style, span: Span) -> Text {
        let edge = u32::from(style == Style::Quoted);
        let inner = Span { start: span.start + edge, end: span.end.saturating_sub(edge) };
        if self.slice(inner) == Some(text) { Text::Source(inner) } else { self.builder.decoded(text) }
    }

    fn placed(&self, style: ScalarStyle, span: Span) -> (Style, Span) {
        match style {
            ScalarStyle::Plain => (Style::Plain, span),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (Style::Quoted, span),
            ScalarStyle::Literal | ScalarStyle::Folded => (Style::Block, self.block_span(span)),
        }
    }

    /// What is not there stands behind its colon.
    fn absent(&self, span: Span) -> (Style, Span) {
        let rest = self.source.text.get(span.start as usize..).unwrap_or_default();
        let at = span.start + u32::from(rest.starts_with(':'));
        (Style::Plain, Span { start: at, end: at })
    }

    /// From the `|` or `>` to the end of the last line that has text.
    fn block_span(&self, span: Span) -> Span {
        let text = &self.source.text;
        let body = self.slice(span).unwrap_or_default();
        let end = span.start + number(body.trim_end().len());
        let before = text.get(..span.start as usize).unwrap_or_default();
        let header = before.rfind(['|', '>']).map_or(span.start, number);
        Span { start: header, end: end.max(header + 1) }
    }

    /// Where a flow collection ends; a block collection ends with its last child.
    fn flow_end(&self, span: Span) -> Option<u32> {
        self.slice(span).is_some_and(|text| matches!(text, "]" | "}")).then_some(span.end)
    }

    fn slice(&self, span: Span) -> Option<&str> {
        self.source.text.get(span.start as usize..span.end as usize)
    }

    fn start_document(&mut self, at: u32) {
        self.empty = true;
        let before = self.source.text.get(..at as usize).unwrap_or_default();
        self.builder.arena.extent.start = before.rfind('\n').map_or(0, |end| number(end + 1));
    }

    fn end_document(&mut self, at: u32) {
        self.builder.arena.extent.end = at;
        if self.empty {
            let comments = self.builder.take().comments;
            self.builder.arena.comments = comments;
            return;
        }
        let mut arena = self.builder.take();
        parts::part(&mut arena, &self.source.text);
        self.stream.push(Ok(Document::new(self.source.clone(), arena)));
    }

    /// What stands after the last document belongs to it.
    fn end_stream(&mut self) {
        let comments = std::mem::take(&mut self.builder.arena).comments;
        if let Some(Ok(last)) = self.stream.last_mut() {
            last.add_comments(comments);
        }
    }

    fn refused(&self, error: &ScanError) -> Unreadable {
        let at = error.marker().byte_offset().unwrap_or_default();
        let line = self.source.position(number(at)).line;
        let marked =
            |line| self.source.lines().line(&self.source.text, line).is_some_and(|l| l.contains("{{"));
        // The parser often notices one line late.
        if marked(line) || marked(line.saturating_sub(1)) {
            let reason = "a template mark stands where YAML is expected; render the template first";
            return self.source.unreadable(at, reason);
        }
        self.source.unreadable(at, reason(error))
    }
}

/// The parser's own words never hold text of the input, but for one character.
fn reason(error: &ScanError) -> String {
    match error.kind() {
        ErrorKind::UnexpectedCharacter { .. } => "an unexpected character".to_owned(),
        ErrorKind::UnknownAnchor => {
            "an alias without an anchor; a text that begins with * stands in quotes".to_owned()
        }
        ErrorKind::RecursionLimitExceeded => "nested too deeply".to_owned(),
        _ => error.info(),
    }
}

fn bytes_of(span: granit_parser::Span) -> Span {
    let range = span.byte_range().unwrap_or_default();
    Span { start: number(range.start), end: number(range.end) }
}
