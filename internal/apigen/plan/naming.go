package plan

import (
	"go/token"
	"strings"
	"unicode"
)

// initialisms are written in capitals wherever they are a word of a name.
var initialisms = setOf("ACL AI API ARN AWS AZ CAM CDC CIDR CPU CU DB DLC DNS DQL EG FIPS FS GC GP GPU HDB HDD HTML HTTP HTTPS IAM ICMP " +
	"ID IP JDBC JSON JVM KMS NAS OOM OSS RAM RDB RPC S3 SAML SDS SMS SQL SSD SSL STS TCP TGW TLS TTL UDF UDP UI UID UIN " +
	"URI URL URN UTC UUID VPC XML YAML")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// goName converts a name of a model to an exported Go name: environmentId -> EnvironmentID.
func goName(name string) string {
	var b strings.Builder
	for _, word := range splitWords(name) {
		b.WriteString(goWord(word))
	}
	return b.String()
}

// goWord writes one word of a name: vpc -> VPC, arns -> ARNs, cluster -> Cluster.
func goWord(word string) string {
	upper := strings.ToUpper(word)
	if initialisms[upper] || initialisms[strings.TrimRight(upper, "0123456789")] {
		return upper
	}
	if single, plural := strings.CutSuffix(word, "s"); plural && initialisms[strings.ToUpper(single)] {
		return strings.ToUpper(single) + "s"
	}
	return strings.ToUpper(word[:1]) + word[1:]
}

// splitWords splits at separators, and where capitals start a word: KxNAS1Size -> Kx NAS1 Size.
func splitWords(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	flush := func(end int) {
		if end > start {
			words = append(words, string(runes[start:end]))
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
			start = i + 1
		case i > start && startsWord(runes, i):
			flush(i)
			start = i
		}
	}
	flush(len(runes))
	return words
}

func startsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	if !unicode.IsUpper(runes[i-1]) {
		return true
	}
	// The last capital of a run belongs to the word that it starts, but not in a plural: DNSServer, NodeIDs.
	next := i + 1
	return next < len(runes) && unicode.IsLower(runes[next]) && string(runes[next:]) != "s"
}

// valueName converts a value of an enum to the end of its constant's name: IN_PROGRESS -> InProgress.
func valueName(value string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if part == strings.ToUpper(part) {
			part = strings.ToLower(part)
		}
		b.WriteString(goName(part))
	}
	return b.String()
}

// isSentence reports whether an enum's value is prose, which makes no name.
func isSentence(value string) bool { return strings.Contains(value, " ") }

// LowerFirst converts an exported name to an unexported one: KxCluster -> kxCluster, VPCType -> vpcType.
func LowerFirst(name string) string {
	words := splitWords(name)
	words[0] = strings.ToLower(words[0])
	lower := strings.Join(words, "")
	if token.IsKeyword(lower) {
		return lower + "_"
	}
	return lower
}

// snake converts a Go name to a file name: KxCluster -> kx_cluster.
func snake(name string) string { return strings.ToLower(strings.Join(splitWords(name), "_")) }
