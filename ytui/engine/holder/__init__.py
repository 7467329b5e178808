"""One library, one holder: taking it, handing it over, and telling what happened meanwhile."""
