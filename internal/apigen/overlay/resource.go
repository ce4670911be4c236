package overlay

import "encoding/json"

// Resource declares a kind of resource that the emulator keeps. Package resource of the emulator documents the members.
type Resource struct {
	ID     Names  `json:"id"`
	In     Names  `json:"in"`
	Parent string `json:"parent"`

	Create  Names                     `json:"create"`
	Read    Names                     `json:"read"`
	List    Names                     `json:"list"`
	Update  Names                     `json:"update"`
	Delete  Names                     `json:"delete"`
	Tag     Names                     `json:"tag"`
	Untag   Names                     `json:"untag"`
	Tags    Names                     `json:"tags"`
	Actions map[string]map[string]any `json:"actions"`

	Make    map[string]string `json:"make"`
	Set     map[string]any    `json:"set"`
	Unique  Names             `json:"unique"`
	Members map[string]string `json:"members"`
	Times   map[string]string `json:"times"`
	Like    map[string]Names  `json:"like"`
	Filters map[string]string `json:"filters"`

	Missing string `json:"missing"`
	Exists  string `json:"exists"`
	Stale   bool   `json:"stale"`
	Single  bool   `json:"single"`
	Upsert  bool   `json:"upsert"`
}

// Names is a list of names, written as one name if it has only one.
type Names []string

// UnmarshalJSON reads a name or a list of names.
func (n *Names) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*n = Names{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(n))
}
