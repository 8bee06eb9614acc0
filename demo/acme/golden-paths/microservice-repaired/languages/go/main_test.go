package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(path string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	routes().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	return answer
}

func TestItSaysWhatItIs(t *testing.T) {
	if body := get("/").Body.String(); !strings.Contains(body, service) {
		t.Errorf("got %q", body)
	}
}

func TestItIsHealthy(t *testing.T) {
	if code := get("/healthz").Code; code != http.StatusOK {
		t.Errorf("got %d", code)
	}
}
