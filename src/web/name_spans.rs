//! Names as pages show them: lines may break between their words, and nowhere else where there is room.

use super::fmt::visible_text;
use crate::domain::search::{SearchQuery, word_starts};

/// A part of a name, and whether it was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameSpan {
    /// Its words, with hidden characters shown. A line may break between two of them.
    pub words: Vec<String>,
    /// Whether it was found.
    pub is_hit: bool,
    /// Whether a line may break before it.
    pub begins_word: bool,
}

/// The parts of a name, of which those that were searched for are hits.
pub fn name_spans(name: &str, search: &SearchQuery) -> Vec<NameSpan> {
    let starts: Vec<usize> = word_starts(name).into_iter().filter(|at| *at > 0).collect();
    let mut at = 0;
    let span = |span: crate::domain::search::Span<'_>| {
        let (from, to) = (at, at + span.text.len());
        at = to;
        let inside = starts
            .iter()
            .copied()
            .filter(|start| from < *start && *start < to);
        let mut borders: Vec<usize> = inside.collect();
        borders.insert(0, from);
        borders.push(to);
        let words = borders.windows(2).map(|pair| &name[pair[0]..pair[1]]);
        NameSpan {
            words: words.map(|word| visible_text(word).into_owned()).collect(),
            is_hit: span.is_hit,
            begins_word: starts.contains(&from),
        }
    };
    search.spans(name).into_iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name with `|` where a line may break, and hits in brackets.
    fn shown(name: &str, search: &str) -> String {
        let spans = name_spans(name, &search.into());
        let spans = spans.iter().map(|span| {
            let words = span.words.join("|");
            let words = if span.is_hit {
                format!("[{words}]")
            } else {
                words
            };
            format!("{}{words}", if span.begins_word { "|" } else { "" })
        });
        spans.collect()
    }

    #[test]
    fn lines_break_between_the_words_of_a_name() {
        assert_eq!(
            shown("CustomerChurnPipeline", ""),
            "Customer|Churn|Pipeline"
        );
        assert_eq!(shown("run-2026-11-27-4", ""), "run-|2026-|11-|27-|4");
        assert_eq!(shown("TrainXGBoost_v2", ""), "Train|XG|Boost_|v2");
        assert_eq!(shown("abc", ""), "abc");
        assert_eq!(shown("", ""), "");
        assert_eq!(shown("\u{202e}gnp", ""), "⟨U+202E⟩|gnp");
    }

    #[test]
    fn hits_stay_whole_and_break_nothing() {
        assert_eq!(
            shown("CustomerChurnPipeline", "churn"),
            "Customer|[Churn]|Pipeline"
        );
        assert_eq!(
            shown("CustomerChurnPipeline", "erchurnp"),
            "Custom[er|Churn|P]ipeline"
        );
    }
}
