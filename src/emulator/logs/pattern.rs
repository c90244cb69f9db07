//! Filter patterns: which lines FilterLogEvents returns.

use super::errors::LogsError;

/// A filter pattern of terms ("Filter pattern syntax" in the user guide): every plain term is in a line, one of the
/// optional ones is, and no excluded one. Terms compare with regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogPattern {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl LogPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// For patterns of JSON, of columns and of regular expressions, which are not answered here.
    pub fn parse(text: &str) -> Result<Self, LogsError> {
        let text = text.trim();
        if text.starts_with(['{', '[', '%']) {
            return Err(LogsError::invalid(
                "Invalid filter pattern: the local SageMaker takes patterns of terms only",
            ));
        }
        let mut pattern = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let list = match rest.as_bytes()[0] {
                b'?' => &mut pattern.any,
                b'-' => &mut pattern.none,
                _ => &mut pattern.all,
            };
            rest = rest.trim_start_matches(['?', '-']);
            let (term, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted
                    .split_once('"')
                    .ok_or_else(|| LogsError::invalid("Invalid filter pattern"))?,
                None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
            };
            if !term.is_empty() {
                list.push(term.to_owned());
            }
            rest = after.trim_start();
        }
        Ok(pattern)
    }

    /// Whether a line matches.
    pub fn matches(&self, line: &str) -> bool {
        let has = |term: &String| line.contains(term.as_str());
        self.all.iter().all(has)
            && (self.any.is_empty() || self.any.iter().any(has))
            && !self.none.iter().any(has)
    }
}

#[cfg(test)]
mod tests {
    use super::LogPattern;

    #[test]
    fn terms_are_required_optional_or_excluded() {
        let matches = |pattern: &str, line: &str| {
            LogPattern::parse(pattern).expect("a pattern").matches(line)
        };
        assert!(matches("", "anything"));
        assert!(matches("ERROR", "an ERROR"));
        assert!(!matches("ERROR", "an error"));
        assert!(matches("a b", "b a"));
        assert!(!matches("\"a b\"", "b a"));
        assert!(matches("?x ?b", "b a"));
        assert!(!matches("?x ?y", "b a"));
        assert!(!matches("b -a", "b a"));
        assert!(LogPattern::parse("{ $.level = \"ERROR\" }").is_err());
        assert!(LogPattern::parse("\"open").is_err());
    }
}
