// A passkey that could not be had is told on the page: allauth's scripts only announce it.
document.addEventListener('allauth.error', event => {
  event.preventDefault()
  const told = document.getElementById('passkey-failed')
  if (told) told.hidden = false
})
