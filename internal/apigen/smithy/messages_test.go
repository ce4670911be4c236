package smithy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// model reads a model whose operations have the given inputs and outputs.
func model(t *testing.T, shapes string, ops ...[3]string) (*Model, error) {
	t.Helper()
	var text strings.Builder
	text.WriteString(`{"shapes": {"a#S": {"type": "service"}, "a#Thing": {"type": "structure", "members": {"name": {"target": "smithy.api#String", "traits": {"smithy.api#required": {}}}}}`)
	for _, op := range ops {
		fmt.Fprintf(&text, `, "a#%s": {"type": "operation", "input": {"target": "a#%s"}, "output": {"target": "a#%s"}}`, op[0], op[1], op[2])
	}
	tree, err := ParseObject([]byte(text.String() + shapes + `}}`))
	require.NoError(t, err)
	return New(tree)
}

func TestOperationsHaveMessagesOfTheirOwn(t *testing.T) {
	t.Parallel()
	const input = `, "a#PutThingInput": {"type": "structure", "members": {}}`
	m, err := model(t, input, [3]string{"AddThing", "PutThingInput", "Thing"}, [3]string{"PutThing", "PutThingInput", "Thing"}, [3]string{"SwapThing", "Thing", "Thing"})
	require.NoError(t, err)
	messages := map[string][2]string{}
	for _, op := range m.Operations() {
		messages[op.Name()] = [2]string{op.Input, op.Output}
	}
	assert.Equal(t, map[string][2]string{
		"AddThing":  {"a#AddThingRequest", "a#Thing"},          // the first keeps a shape
		"PutThing":  {"a#PutThingInput", "a#PutThingResponse"}, // unless it is named after another
		"SwapThing": {"a#SwapThingRequest", "a#SwapThingResponse"},
	}, messages)

	delete(m.Find("Thing").Member("name").Traits, TraitRequired)
	m.Find("PutThingResponse").Traits[TraitSensitive] = NewObject()
	assert.True(t, m.Find("SwapThingRequest").Member("name").Traits.Has(TraitRequired), "a copy has traits of its own")
	assert.False(t, m.Find("Thing").Traits.Has(TraitSensitive))
}

func TestMessagesThatCannotBeCopied(t *testing.T) {
	t.Parallel()
	const taken = `, "a#PutThingResponse": {"type": "string"}`
	_, err := model(t, taken, [3]string{"AddThing", "Thing", "Thing"}, [3]string{"PutThing", "Thing", "Thing"})
	require.ErrorContains(t, err, "PutThing shares Thing with another operation, and PutThingResponse, as a copy for it would be called, exists already")
}
