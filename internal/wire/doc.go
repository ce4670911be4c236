// Package wire turns request structs into HTTP requests and JSON documents into response structs, by struct tags alone.
//
// A field says with one tag where it travels:
//
//	json:"code,omitzero"    a member of the JSON body
//	path:"environmentId"    a label of the path template
//	query:"nextToken"       a query parameter
//	header:"workspace"      a header, of a response as well
//	payload:"json"          the whole JSON body
//
// Fields without such a tag and unexported fields are ignored. There are three more tags: time:"date-time" and
// time:"http-date" write times in another form than epoch seconds, auto:"token" marks an
// idempotency token that package transport fills in, sensitive:"true" keeps the value out of [Format], [LogValue] and
// [MarshalJSON].
//
// [Append], [Unmarshal] and [Decode] are the JSON codec, and [Bind] makes the parts of a request.
// All of them work from one plan per Go type, made by reflection when the type is first seen. Field types may be strings,
// booleans, integers, floats, [time.Time], structs, pointers, slices, maps with string keys, and any. Embedded structs
// are not followed.
//
// # Lists
//
// Services repeat most members in every item of a list. In a document of 8 KB or more, a member that is written as in
// the item before is not read again: its value is copied. Items never share memory that can be changed.
//
// Code generated for a type would read such a list in about two thirds of the time, because reflection is the rest. It
// would cost 1.6 KB or more of every program for each struct, and be a second reader to keep in step with this one.
//
// # Differences from encoding/json
//
// Decoding accepts what the vendors' own clients accept, of which Alibaba Cloud's converts most:
//   - a number in a string for an integer or a float ("1301234123"), with white space around it;
//   - a number in any spelling for an integer (1735872007.0, 1e3), whose fraction is dropped;
//   - "NaN", "Infinity" and "-Infinity" for a float, in any case;
//   - true and false for a number, which are 1 and 0;
//   - a number for a string, whose text is kept as it was sent, and true and false;
//   - "true" and "false" for a boolean, in any case, and an integer, which is true unless it is 0;
//   - for [time.Time], epoch seconds as a number or in a string, exact to the nanosecond, or RFC 3339, where a missing
//     offset is UTC; always UTC;
//   - the empty string for all of these but strings: it is null, so that a pointer stays nil.
//
// Any other value of the wrong type leaves the field zero. [Unmarshal] returns an error then, [Decode] continues
// and reports it.
//
// Decoding is stricter, or simpler, here:
//   - names match in their exact case;
//   - null sets the zero value, even if the target held something; null as the whole document is an error;
//   - a name that occurs twice: the last value replaces the first, nothing is merged;
//   - at most 1000 levels of nesting;
//   - into any, an integer that fits becomes int64, every other number float64;
//   - a target given to Unmarshal is a struct and the document an object.
//
// Encoding differs here:
//   - nil slices and maps are left out of a struct with or without omitzero;
//   - [time.Time] is written as epoch seconds, with up to nine decimals;
//   - <, > and & are not escaped;
//   - exported fields without a json tag are left out, as they are when decoding;
//   - marshaler interfaces are not consulted, []byte is refused, omitempty and string options are ignored;
//   - at most 1000 levels of nesting, pointers and interfaces included.
package wire
